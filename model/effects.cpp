#include "model/effects.h"

namespace gregor {

template class BasicEffects<Message, Event>;

}  // namespace gregor
