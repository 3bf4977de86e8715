#include "engine/resource_trial.h"

#include "engine/agenda.h"
#include "engine/check.h"
#include "engine/random.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace gregor {

namespace {

constexpr std::uint32_t hosts = 6;

LinkId up(std::uint32_t host)
{
    return host;
}
LinkId down(std::uint32_t host)
{
    return hosts + host;
}

/// The smallest kernel that can be driven: an agenda, and transmissions instead of processes.
class Trial final : public Driven {
public:
    Trial(Resources& resources, const TrialSettings& settings)
        : resources_(resources), settings_(settings), random_(Random(settings.seed))
    {
        for (const LinkSpec& link : trial_links()) rates_.push_back(link.bytes_per_second);
    }

    std::vector<TrialTransmission> run()
    {
        if (settings_.contend) {
            plan_contending();
        } else {
            for (std::uint32_t pair = 0; pair < hosts / 2; ++pair) plan(begin, pair, Time{});
        }
        constexpr Time before_never{never.nanoseconds - 1};  // an empty agenda says `never`
        resources_.drive(*this, before_never);
        return std::move(results_);
    }

    Time next_event() override
    {
        return agenda_.queue().empty() ? never : agenda_.queue().top().at;
    }
    void step() override
    {
        const Pending entry = agenda_.queue().pop();
        agenda_.advance_to(entry.at);
        agenda_.begin_event();
        switch (entry.subject) {
            case begin: settings_.contend ? begin_contending() : begin_alone(entry.payload); break;
            case end: ended(entry.payload, entry.at); break;
            case give_up: given_up(entry.payload); break;
            default: break;  // an event in between
        }
    }
    void completed(std::uint64_t number, Time at) override
    {
        GREGOR_CHECK(at >= agenda_.now());
        plan(end, static_cast<std::uint32_t>(number), at);
    }
    bool stopping() const override { return false; }

private:
    enum Kind : std::uint32_t { begin, end, give_up, idle };

    void plan(Kind kind, std::uint32_t payload, Time at) { agenda_.plan(at, kind, payload); }

    std::int64_t random_bytes()
    {
        // From a page to a few megabytes, all magnitudes alike.
        const auto magnitude = static_cast<int>(random_.below(10));
        return static_cast<std::int64_t>((4096 + random_.below(4096)) << magnitude);
    }

    std::uint32_t start(std::array<LinkId, 2> route)
    {
        const auto number = static_cast<std::uint32_t>(results_.size());
        const std::int64_t bytes = random_bytes();
        const std::int64_t rate = std::min(rates_[route[0]], rates_[route[1]]);
        results_.push_back({agenda_.now(), transmission_time(bytes, rate)});
        abandoned_.push_back(false);
        const auto known = resources_.start(number, agenda_.now(), route, bytes);
        if (known) completed(number, *known);
        return number;
    }

    // --- nothing contends: pair i is host 2i to host 2i + 1 -------------------------------------

    void begin_alone(std::uint32_t pair)
    {
        if (results_.size() >= settings_.transmissions) return;
        if (random_.chance(50'000)) {
            const LinkId link = random_.below(2) == 0 ? up(2 * pair) : down(2 * pair + 1);
            rates_[link] = static_cast<std::int64_t>(1'000'000 + random_.below(200'000'000));
            resources_.set_rate(link, rates_[link], agenda_.now());
        }
        const std::uint32_t number = start({up(2 * pair), down(2 * pair + 1)});
        pairs_.push_back(pair);
        if (random_.chance(50'000)) {
            plan(give_up, number, agenda_.now() + results_[number].alone / 2);
        }
        for (int i = 0; i < 3; ++i) {
            plan(idle, 0, agenda_.now() + random_.between({}, results_[number].alone * 2));
        }
    }
    void begin_next(std::uint32_t pair)
    {
        const Duration gap =
            random_.chance(300'000) ? Duration{} : random_.exponential(milliseconds(2));
        plan(begin, pair, agenda_.now() + gap);
    }
    void given_up(std::uint32_t number)
    {
        if (results_[number].end != never) return;
        resources_.cancel(number, agenda_.now());
        abandoned_[number] = true;
        begin_next(pairs_[number]);
    }

    // --- everything contends for the link into host 0 -------------------------------------------

    void plan_contending()
    {
        Time at;
        for (std::uint32_t i = 0; i < settings_.transmissions; ++i) {
            plan(begin, i, at);
            at = at + random_.exponential(milliseconds(120));
        }
    }
    void begin_contending()
    {
        const auto from = static_cast<std::uint32_t>(1 + random_.below(hosts - 1));
        start({up(from), down(0)});
    }

    void ended(std::uint32_t number, Time at)
    {
        if (abandoned_[number]) return;
        results_[number].end = at;
        if (!settings_.contend) begin_next(pairs_[number]);
    }

    Resources& resources_;
    TrialSettings settings_;
    Random random_;
    Agenda agenda_;
    std::vector<std::int64_t> rates_;
    std::vector<TrialTransmission> results_;
    std::vector<std::uint32_t> pairs_;  // of each transmission
    std::vector<bool> abandoned_;       // given up: an end promised before does not count
};

std::int64_t take_number(std::string_view& line)
{
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    if (line == "-") return never.nanoseconds;
    std::int64_t value = 0;
    const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error != std::errc{}) {
        throw std::invalid_argument("not a number of nanoseconds: " + std::string(line));
    }
    line.remove_prefix(static_cast<std::size_t>(rest - line.data()));
    return value;
}

std::string sentence(std::size_t number, const std::string& what, std::int64_t a, std::int64_t b)
{
    return "transmission " + std::to_string(number) + ": " + what + " " + std::to_string(a) +
           " ns and " + std::to_string(b) + " ns";
}

bool further_than(std::int64_t a, std::int64_t b, Duration tolerance)
{
    return a > b ? a - b > tolerance.nanoseconds : b - a > tolerance.nanoseconds;
}

}  // namespace

std::vector<LinkSpec> trial_links()
{
    std::vector<LinkSpec> links;
    for (std::uint32_t i = 0; i < hosts; ++i) {
        links.push_back({125'000'000 + 7'654'321 * std::int64_t{i}, microseconds(50)});
    }
    for (std::uint32_t i = 0; i < hosts; ++i) {
        links.push_back(
            {i == 0 ? 12'345'678 : 118'000'003 + 3'000'007 * std::int64_t{i}, microseconds(50)});
    }
    return links;
}

std::vector<TrialTransmission> run_resource_trial(Resources& resources,
                                                  const TrialSettings& settings)
{
    return Trial(resources, settings).run();
}

std::string trial_text(std::span<const TrialTransmission> transmissions)
{
    std::string text;
    for (const TrialTransmission& each : transmissions) {
        text += std::to_string(each.start.nanoseconds) + " " +
                std::to_string(each.alone.nanoseconds) + " " +
                (each.end == never ? "-" : std::to_string(each.end.nanoseconds)) + "\n";
    }
    return text;
}

std::vector<TrialTransmission> read_trial(std::string_view text)
{
    std::vector<TrialTransmission> transmissions;
    while (!text.empty()) {
        const std::size_t length = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, length);
        text.remove_prefix(std::min(length + 1, text.size()));
        TrialTransmission& each = transmissions.emplace_back();
        each.start = Time{take_number(line)};
        each.alone = Duration{take_number(line)};
        each.end = Time{take_number(line)};
    }
    return transmissions;
}

std::string trial_difference(std::span<const TrialTransmission> a,
                             std::span<const TrialTransmission> b, Duration tolerance)
{
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (further_than(a[i].start.nanoseconds, b[i].start.nanoseconds, tolerance)) {
            return sentence(i, "starts", a[i].start.nanoseconds, b[i].start.nanoseconds);
        }
        if (a[i].alone != b[i].alone) {
            return sentence(i, "alone", a[i].alone.nanoseconds, b[i].alone.nanoseconds);
        }
        if (further_than(a[i].end.nanoseconds, b[i].end.nanoseconds, tolerance)) {
            return sentence(i, "ends", a[i].end.nanoseconds, b[i].end.nanoseconds);
        }
    }
    if (a.size() == b.size()) return "";
    return "transmissions: " + std::to_string(a.size()) + " and " + std::to_string(b.size());
}

std::string trial_breach(std::span<const TrialTransmission> queued,
                         std::span<const TrialTransmission> shared, Duration tolerance)
{
    if (queued.size() != shared.size()) return "the numbers of transmissions differ";
    std::size_t first = 0;
    while (first < queued.size()) {
        // A busy period: from a start on an idle link to the next such start.
        std::size_t last = first;
        while (last + 1 < queued.size() && queued[last + 1].start < queued[last].end) ++last;
        const std::int64_t all_sent = queued[last].end.nanoseconds;
        std::int64_t shared_last = 0;
        for (std::size_t i = first; i <= last; ++i) {
            const std::int64_t q = queued[i].end.nanoseconds;
            const std::int64_t s = shared[i].end.nanoseconds;
            const Duration before = queued[i].end - queued[i].start - queued[i].alone;
            if (s < q - before.nanoseconds - tolerance.nanoseconds) {
                return sentence(i, "shared ends too early,", s, q);
            }
            if (s > all_sent + tolerance.nanoseconds) {
                return sentence(i, "shared ends after its busy period,", s, all_sent);
            }
            shared_last = std::max(shared_last, s);
        }
        if (further_than(shared_last, all_sent, tolerance)) {
            return sentence(last, "the busy period ends", shared_last, all_sent);
        }
        first = last + 1;
    }
    return "";
}

}  // namespace gregor
