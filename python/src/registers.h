#pragma once

#include <pybind11/pybind11.h>

/// The parts of the module `_gregor`, one for each file register_*.cpp. The module is thin: values
/// cross as numbers, texts of JSON and NumPy columns; what a user sees is made in python/gregor.
namespace gregor::python {

void register_errors();
void register_scenario(pybind11::module_& module);
void register_run(pybind11::module_& module);
void register_recording(pybind11::module_& module);

}  // namespace gregor::python
