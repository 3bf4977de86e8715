#include "model/lab/kafka_tools/tool_result.h"

namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view api_package = "org.apache.kafka.common.errors.";

}  // namespace

bool JavaException::of_the_api() const
{
    return type.starts_with(api_package);
}

std::string JavaException::with_trace() const
{
    std::string whole = text() + "\n";
    if (!of_the_api()) whole += stack_trace;
    for (const std::string& each : suppressed) whole += "\tSuppressed: " + each + "\n";
    return whole;
}

JavaException api_error(std::string_view name, std::string message)
{
    return {std::string(api_package) + std::string(name) + "Exception", std::move(message), {}};
}

JavaException in_execution(const JavaException& cause)
{
    return {"java.util.concurrent.ExecutionException", cause.text(), {}};
}

JavaException illegal_argument(std::string message)
{
    return {"java.lang.IllegalArgumentException", std::move(message), {}};
}

}  // namespace gregor::lab::kafka_tools
