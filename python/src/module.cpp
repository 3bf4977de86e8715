#include "python/src/registers.h"

PYBIND11_MODULE(_gregor, module)
{
    module.doc() = "The part of gregor that is written in C++; use the package gregor.";
    gregor::python::register_errors();
    gregor::python::register_scenario(module);
    gregor::python::register_run(module);
    gregor::python::register_recording(module);
}
