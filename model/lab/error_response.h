#pragma once

#include "model/message.h"

#include <optional>

namespace gregor::lab {

/// What a server answers to a request that it refuses with this error; nothing for a message that
/// is no request, and for requests that are answered without an error code (Metadata).
std::optional<Message> error_response(const Message& request, Error error);

}  // namespace gregor::lab
