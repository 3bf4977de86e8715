#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

/// What is handed to a tool.
struct Invocation {
    std::string tool;  ///< "topics" for kafka-topics.sh
    std::vector<std::string> arguments;
    std::string input;                         ///< standard input
    bool input_is_terminal = false;            ///< someone sits there and can be asked
    std::map<std::string, std::string> files;  ///< name as in the arguments -> content
};

/// What a tool printed, and the code it ended with.
struct ToolResult {
    std::string out, err;
    int exit_code = 0;
    bool changes = false;  ///< it wrote to the cluster, be it what was there already
};

/// What stands for the lines of a Java stack trace: the names and line numbers of Java's methods
/// are not modelled.
inline constexpr std::string_view stack_trace = "\tat ...\n";

/// A Java exception on its way to the tool's own way of failing.
struct JavaException {
    std::string type;                     ///< its full class name
    std::string message;                  ///< empty: none
    std::vector<std::string> suppressed;  ///< as text, without their traces
    /// `TYPE: MESSAGE` as Throwable.toString() makes it.
    std::string text() const { return message.empty() ? type : type + ": " + message; }
    /// The same with its trace, as printStackTrace() writes it. Exceptions of Kafka's API carry no
    /// trace.
    std::string with_trace() const;
    bool of_the_api() const;
};

/// An error that Kafka's servers answer: `name` without package and `Exception`.
JavaException api_error(std::string_view name, std::string message);
/// What a future gives for it: an ExecutionException around it.
JavaException in_execution(const JavaException& cause);
JavaException illegal_argument(std::string message);

/// What a tool cannot do here, in one sentence: the state does not hold it.
struct NotModelled {
    std::string sentence;
};

}  // namespace gregor::lab::kafka_tools
