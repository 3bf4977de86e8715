#pragma once

#include <pybind11/numpy.h>

#include <utility>
#include <vector>

namespace gregor::python {

/// A NumPy array that owns the vector: nothing is copied.
template <class T>
pybind11::array_t<T> column(std::vector<T>&& values)
{
    auto* owned = new std::vector<T>(std::move(values));
    const pybind11::capsule owner(owned,
                                  [](void* data) { delete static_cast<std::vector<T>*>(data); });
    return pybind11::array_t<T>({owned->size()}, {sizeof(T)}, owned->data(), owner);
}

}  // namespace gregor::python
