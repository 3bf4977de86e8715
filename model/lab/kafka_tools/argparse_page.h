#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

/// A help page of argparse4j, read back: what a tool, or one of its commands, accepts.
struct ArgparsePage {
    struct Option {
        std::vector<std::string> flags;  ///< as listed: "--id", "-i"
        bool takes_value = false, takes_many = false;
        bool required = false;
        std::size_t group = 0;  ///< of options that exclude each other; 0: none
        /// "--id/-i"
        std::string name() const;
    };
    /// \param command  the page is the one of this command; empty: of the tool
    ArgparsePage(std::string_view page, std::string_view command);

    std::string_view text;
    std::string prog;                   ///< "kafka-transactions.sh"
    std::vector<Option> options;        ///< as listed
    std::vector<bool> required_groups;  ///< by group
    std::vector<std::string> commands;  ///< as listed

    const Option* find(std::string_view flag) const;
    /// The page up to its first empty line.
    std::string usage() const;
};

}  // namespace gregor::lab::kafka_tools
