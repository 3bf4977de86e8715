#include "model/lab/diagnostic.h"
#include "model/lab/simulation.h"
#include "python/src/interruption.h"
#include "python/src/registers.h"

#include <exception>

namespace gregor::python {

namespace py = pybind11;

namespace {

/// The class of this name of gregor.errors, where they are documented.
py::object error_class(const char* name)
{
    return py::module_::import("gregor.errors").attr(name);
}

void raise(const char* name, const py::object& arguments)
{
    const py::object error = error_class(name)(*arguments);
    PyErr_SetObject(error_class(name).ptr(), error.ptr());
}

py::list list_of(const std::vector<lab::Diagnostic>& diagnostics)
{
    py::list list;
    for (const lab::Diagnostic& each : diagnostics) {
        list.append(py::make_tuple(each.path, each.found, each.allowed, each.nearest));
    }
    return list;
}

void translate(std::exception_ptr pointer)
{
    try {
        if (pointer) std::rethrow_exception(pointer);
    } catch (const lab::BadInput& error) {
        raise("BadInput", py::make_tuple(error.what(), error.file(), list_of(error.diagnostics())));
    } catch (const CheckFailed& error) {
        raise("Defect", py::make_tuple(error.what()));
    } catch (const Interrupted&) {
        PyErr_SetNone(PyExc_KeyboardInterrupt);
    }
}

}  // namespace

void register_errors()
{
    py::register_exception_translator(&translate);
}

}  // namespace gregor::python
