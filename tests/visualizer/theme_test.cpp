#include "visualizer/draw/theme.h"

#include <catch2/catch.hpp>

#include <string>

namespace gregor::visualizer {
namespace {

constexpr Token texts[] = {Token::text_hi, Token::text_mid,  Token::text_low,
                           Token::orange,  Token::sky,       Token::green,
                           Token::yellow,  Token::vermilion, Token::purple};
constexpr Token tinted[] = {Token::orange, Token::sky,       Token::green,
                            Token::yellow, Token::vermilion, Token::purple};

TEST_CASE("theme: text can be read on every ground it stands on", "[visualizer]")
{
    for (const Theme* theme : {&dark_theme(), &light_theme()}) {
        for (const Token text : texts) {
            CAPTURE(theme->name, static_cast<int>(text));
            CHECK(contrast((*theme)[text], (*theme)[Token::panel]) >= 4.5);
            CHECK(contrast((*theme)[text], (*theme)[Token::raised]) >= 4.5);
        }
        CHECK(contrast((*theme)[Token::on_blue], (*theme)[Token::blue]) >= 4.5);
        CHECK(contrast((*theme)[Token::on_mark], (*theme)[Token::mark]) >= 4.5);
        CHECK(contrast((*theme)[Token::text_hi], (*theme)[Token::tooltip]) >= 4.5);
    }
}

TEST_CASE("theme: text on a tint can be read", "[visualizer]")
{
    for (const Theme* theme : {&dark_theme(), &light_theme()})
        for (const Token token : tinted) {
            CAPTURE(theme->name, static_cast<int>(token));
            const ImU32 ground = laid_on((*theme)[Token::panel], tint(*theme, token, 0.22F));
            CHECK(contrast(on_tint(*theme, token), ground) >= 4.5);
        }
}

TEST_CASE("theme: contrasts are those that the design states", "[visualizer]")
{
    const Theme& theme = dark_theme();
    const ImU32 panel = theme[Token::panel];
    CHECK(contrast(theme[Token::text_hi], panel) == Approx(14.7).margin(0.06));
    CHECK(contrast(theme[Token::text_mid], panel) == Approx(8.3).margin(0.06));
    CHECK(contrast(theme[Token::text_low], panel) == Approx(5.1).margin(0.06));
    CHECK(contrast(theme[Token::vermilion], panel) == Approx(5.3).margin(0.06));
    CHECK(contrast(theme[Token::yellow], panel) == Approx(13.1).margin(0.06));
}

TEST_CASE("theme: mixing and alpha", "[visualizer]")
{
    CHECK(mix(IM_COL32(0, 10, 20, 255), IM_COL32(100, 110, 220, 255), 0.5F) ==
          IM_COL32(50, 60, 120, 255));
    CHECK(mix(IM_COL32_WHITE, IM_COL32_BLACK, 0) == IM_COL32_WHITE);
    CHECK(mix(IM_COL32_WHITE, IM_COL32_BLACK, 1) == IM_COL32_BLACK);
    CHECK(with_alpha(IM_COL32(1, 2, 3, 200), 0.5F) == IM_COL32(1, 2, 3, 100));
    CHECK(laid_on(IM_COL32_BLACK, IM_COL32(255, 255, 255, 0)) == IM_COL32_BLACK);
}

}  // namespace
}  // namespace gregor::visualizer
