#include "model/lab/kafka_tools/usage.h"

namespace gregor::lab::kafka_tools {

const Usage* usage_of(std::string_view tool)
{
    for (const auto usages :
         {admin_usages(), cluster_usages(), groups_usages(), console_usages()}) {
        for (const Usage& each : usages) {
            if (each.tool == tool) return &each;
        }
    }
    return nullptr;
}

std::string_view help_of(std::string_view tool)
{
    for (const auto helps : {argparse_helps(), argparse_clients_helps()}) {
        for (const Help& each : helps) {
            if (each.tool == tool) return each.text;
        }
    }
    return {};
}

std::string usage_table(const Usage& usage)
{
    std::string text;
    std::size_t column = 0;
    for (const char c : usage.table) {
        if (c == '\n') {
            text.append(usage.width - column, ' ');
            column = 0;
        } else {
            ++column;
        }
        text += c;
    }
    return text;
}

}  // namespace gregor::lab::kafka_tools
