#include "model/lab/conformance/kafka_tools.h"
#include "model/lab/kafka_tools/tool_result.h"
#include "model/lab/kafka_tools/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gregor::lab::kafka_cases {

namespace {

/// Marks that cannot be repeated: times, checksums over times, counts that depend on speed.
bool cannot_be_repeated(const std::string& name)
{
    static const std::set<std::string> names{"TS_MS", "CRC", "N", "RAND", "TIME"};
    return names.contains(name);
}

}  // namespace

int port_of(int node)
{
    return 30'000 + node;
}

std::string Placeholders::numbered(std::string_view kind, const std::string& name,
                                   std::size_t length)
{
    const std::size_t number =
        numbers_.try_emplace(std::string(kind) + name, numbers_.size() + 1).first->second;
    return fmt::format("{}{:0{}}", kind, number, length - kind.size());
}

std::string Placeholders::of(const std::string& name)
{
    const std::size_t colon = name.find(':');
    const std::string kind = name.substr(0, colon);
    const std::string which = colon == std::string::npos ? "" : name.substr(colon + 1);
    if (cannot_be_repeated(kind)) return std::string(1, anything);
    if (kind == "BOOTSTRAP") return bootstrap_;
    if (kind == "PORT") return std::to_string(port_of(std::stoi(which)));
    if (kind == "CPORT") return std::to_string(10'000 + port_of(std::stoi(which)));
    if (kind == "TOPIC_ID") return numbered("TopicId", which, 22);
    if (kind == "DIR_ID") return numbered("DirectoryId", which, 22);
    if (kind == "MEMBER_ID") return numbered("MemberId", which, 22);
    if (kind == "MEMBER_UUID") return numbered("member-uuid-", which, 36);
    if (kind == "LOGDIR") return "/logs/" + which;
    if (kind == "DIR") return "/given";
    if (kind == "WORK") return "/logs";
    if (kind == "TS") return std::string(log_time);
    if (kind == "STACKTRACE") return std::string(kafka_tools::stack_trace.substr(1));
    if (kind == "USAGE") {
        const kafka_tools::Usage* usage = kafka_tools::usage_of(which);
        if (usage != nullptr) return kafka_tools::usage_table(*usage);
    }
    return "${" + name + "}";
}

std::string Placeholders::filled(std::string_view text)
{
    std::string all;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = text.find("${", at);
        const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
        if (end == std::string_view::npos) return all + std::string(text.substr(at));
        all += text.substr(at, begin - at);
        const std::string name(text.substr(begin + 2, end - begin - 2));
        all += of(name);
        at = end + 1;
        // A trace ends with its own newline.
        if (name == "STACKTRACE" && at < text.size() && text[at] == '\n') ++at;
    }
    return all;
}

json Placeholders::filled_json(const json& value)
{
    if (value.is_string()) return filled(value.get<std::string>());
    if (value.is_array()) {
        json list = json::array();
        for (const json& each : value) list.push_back(filled_json(each));
        return list;
    }
    if (!value.is_object()) return value;
    json object = json::object();
    for (const auto& [key, each] : value.items()) object[filled(key)] = filled_json(each);
    return object;
}

}  // namespace gregor::lab::kafka_cases
