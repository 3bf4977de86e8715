#include "model/lab/scenario_shapes.h"

#include <algorithm>

namespace gregor::lab {
namespace shapes {
namespace {

using namespace shape;

ShapePointer quantity()
{
    return any("a number, time, text or list");
}

ShapePointer bound()
{
    return object("a bound",
                  {optional("eq", quantity(), "Equal."), optional("lt", quantity(), "Less."),
                   optional("le", quantity(), "At most."), optional("gt", quantity(), "More."),
                   optional("ge", quantity(), "At least."),
                   optional("between", list(quantity(), 2), "Ends included."),
                   optional("near", quantity(), "This, with a tolerance."),
                   optional("rel", number(0, 1'000), "Of near: a fraction of it."),
                   optional("abs", quantity(), "Of near: in its own unit.")});
}

ShapePointer sweep_bound()
{
    return object("what holds over the sweep",
                  {required("over", name(), "A parameter that the sweep varies."),
                   required("of", value_expression(), "An assertion id, or measures."),
                   optional("each", bound(), "In each run."),
                   optional("fraction", bound(), "Fraction of runs in which it is so."),
                   optional("monotonic", choice({"up", "down"}), "In the order of the sweep."),
                   optional("threshold", bound(), "Value of the parameter at which it changes.")});
}

ShapePointer expectation()
{
    return object("an expectation",
                  {optional("holds", list(name()), "Ids of assertions."),
                   optional("violates", list(name()), "Ids of assertions that must fail."),
                   optional("without-faults", list(name()),
                            "Those of them that the settings make fail, faults or not."),
                   optional("witness", map("values by expression", quantity()),
                            "What exactly: the leg must fail for this reason."),
                   optional("measures", map("bounds by measure", bound()), "Of this leg."),
                   optional("over-sweep", list(sweep_bound()), "Of all runs of this leg.")});
}

std::vector<Field> with_trigger(std::vector<Field> fields)
{
    std::vector<Field> all = trigger_fields();
    for (Field& each : fields) all.push_back(std::move(each));
    return all;
}

ShapePointer sweep()
{
    return object("a sweep",
                  {required("over", map("lists of values by parameter", list(any("a value"), 1)),
                            "Values of each parameter."),
                   optional("mode", choice({"product", "zip"}), "Default product.")});
}

ShapePointer seeds()
{
    const auto count = integer(1, 1'000'000'000);
    return either({count, object("seeds", {optional("from", integer(0, INT64_MAX), "Default 1."),
                                           required("count", count, "How many.")})});
}

bool is_hash(std::string_view text)
{
    return text.size() == 16 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

ShapePointer calls()
{
    return object(
        "recorded calls of applications",
        {required("model", integer(1, 1'000'000), "Version of the model that made the run."),
         required("seed", integer(0, INT64_MAX), "Of the run."),
         required("hash", pattern("16 hex digits", "^[0-9a-f]{16}$", is_hash), "Of the run."),
         required("effects", list(list(list(any("a letter and its values"), 1))),
                  "For each call what it asked for; decision 6 explains the letters.")});
}

}  // namespace

ShapePointer lesson()
{
    const auto caption = object(
        "a caption", with_trigger({required("say", text("a text"), "Shown from then on."),
                                   optional("focus", value_expression(), "What to look at.")}));
    const auto question = object(
        "a question",
        with_trigger({required("ask", text("a text"), "Asked before it happens."),
                      required("choices", list(text("a text"), 2), "Answers to choose from."),
                      required("answer", value_expression(),
                               "Number of the right choice from 0, or its text; from the run.")}));
    return object("a lesson", {optional("analogy", name(), "Everyday picture for it."),
                               optional("captions", list(caption), "Told while it runs."),
                               optional("predict", list(question), "Asked while it runs."),
                               optional("exercises", list(text("a text")), "What to try next.")});
}

ShapePointer assertion()
{
    std::vector<std::string> names;
    for (const InvariantDefinition& each : invariants()) names.emplace_back(each.name);
    return object("an assertion",
                  {required("id", name(), "Unique."),
                   optional("inv", choice(names), "A property that Gregor checks itself."),
                   optional("always", condition(), "True after every event."),
                   optional("never", condition(), "False after every event."),
                   optional("eventually", condition(), "True after some event."),
                   optional("at_end", condition(), "True after the horizon and `settle`."),
                   optional("given", condition(), "Only judged where this is true."),
                   optional("within", duration(nanoseconds(1)), "Of eventually: in this time."),
                   optional("after", name(), "From this mark or step on."),
                   optional("from", name(), "From this mark or step on."),
                   optional("to", name(), "Up to this mark or step."),
                   optional("client", name(), "Of inv: a producer or script."),
                   optional("consumer", name(), "Of inv: a consumer."),
                   optional("topic", text("the name of a topic"), "Of inv."),
                   optional("tp", partition(), "Of inv."),
                   optional("group", text("a group.id"), "Of inv."),
                   optional("broker", integer(1, 1'000), "Of inv."),
                   optional("percentile", number(0, 100), "Of inv."),
                   optional("max", any("a number, time or size"), "Of inv."),
                   optional("min", any("a number, time or size"), "Of inv.")});
}

ShapePointer leg()
{
    return object("a leg",
                  {required("name", name(), "Unique."),
                   optional("set", map("values by path", any("a value")),
                            "\"params.x\", \"clients.P.config.acks\", \"levels.truncation\" ..."),
                   required("expect", expectation(), "What must come out.")});
}

}  // namespace shapes

const Shape& scenario_shape()
{
    using namespace shape;
    static const ShapePointer whole = object(
        "a scenario",
        {required("gregor", integer(1, 1), "Version of this language."),
         optional("$schema", text("a path"), "For editors."),
         required("id", shapes::name(), "Unique in the library; the file is named after it."),
         optional("title", text("a text"), "One line."),
         optional("doc", text("a text"), "What happens and why."),
         optional("teaches", text("a text"), "The one thing to learn."),
         optional("kafka", text("a version such as \"4.3\""),
                  "Protocol levels of that Kafka; default 4.3."),
         optional("lesson", shapes::lesson(), "Narration and questions."),
         optional("resources", choice({"simgrid", "fixed"}), "Who says how long things take."),
         optional("platform", any("a path or a platform"), "Hosts, disks and routes."),
         optional("params", map("values by name", any("a value")), "Used as \"$name\"."),
         optional("seeds", shapes::seeds(), "How many runs with other random draws."),
         optional("sweep", shapes::sweep(), "Runs over values of parameters."),
         optional("calls", shapes::calls(),
                  "What applications outside asked for in one run, which can so be made again "
                  "without them. Written by Run.to_scenario() in Python."),
         required("cluster", shapes::cluster(), "Brokers and controllers."),
         required("topics", list(shapes::topic()), "Exist from the start."),
         optional("clients", list(shapes::client()), "Producers, consumers and others."),
         optional("levels", shapes::levels(), "Protocol switches, everywhere or by node."),
         required("script", list(shapes::step()), "What happens to it."),
         optional("settle", duration({}),
                  "After the horizon: links heal, nodes restart, then this much time."),
         required("horizon", duration(nanoseconds(1)), "How long the script may take."),
         required("asserts", list(shapes::assertion()), "What is judged."),
         optional("measures", map("expressions by name", shapes::value_expression()),
                  "What is reported."),
         required("legs", list(shapes::leg(), 1), "The same script with other settings.")});
    return *whole;
}

}  // namespace gregor::lab
