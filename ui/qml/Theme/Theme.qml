pragma Singleton
import QtQuick

// Colours and sizes of both windows. Contrasts are computed in tests/ui/test_ui_theme.py.
// Nothing moves by itself: what is on the glass is what the agent said, at once.
QtObject {
    readonly property string family: "Hyla Sans SC"

    readonly property color ground: "#F3F2EE"
    readonly property color surface: "#FFFFFF"
    readonly property color line: "#DDDBD4"
    readonly property color ink: "#1A1A1A"
    readonly property color quiet: "#5A5F66"
    readonly property color onTone: "#FFFFFF"
    readonly property color disabled: "#E4E2DC"
    readonly property color focus: "#1B4F8A"

    readonly property color good: "#057A43"
    readonly property color bad: "#B3261E"
    readonly property color unsure: "#8F5200"
    readonly property color busy: "#1B4F8A"
    readonly property color danger: "#B3261E"  // what cannot be undone
    readonly property color practice: "#7A1F8A"
    readonly property color goodTint: "#E3F3EA"
    readonly property color badTint: "#FBE9E7"
    readonly property color unsureTint: "#FFF1D6"
    readonly property color busyTint: "#E6EEF8"

    readonly property int gap: 16
    readonly property int touch: 88  // what a finger hits without looking, in pixels of a ten-inch display
    readonly property int radius: 20
    readonly property real largeScale: 1.4

    // What is read from afar is large already and grows less; the gaps never grow.
    readonly property real largeTitleScale: 1.2

    // What would be left alone on the last line takes its neighbours along: a short last clause of Chinese, else
    // its last three signs, and in English a short last word. How a line breaks changes, not what is read or
    // heard (`ui.record.plain`).
    function held(words: string): string {
        if (words.length < 6)
            return words;
        const chinese = /[\u2E80-\uFFEF]/;
        const latinEnd = !chinese.test(words[words.length - 1]);
        if (latinEnd && !chinese.test(words))
            return words.replace(/ (\S{1,7})$/, "\u00A0$1");
        const clause = /[，：；。？]([^，：；。？]{2,8})$/.exec(words);
        const figure = /[，：；。？ ]([^，：；。？ ]{1,6} [^\s\u2E80-\uFFEF]{1,12})$/.exec(words);
        const tail = latinEnd ? 0 : words[words.length - 3] === " " ? 6 : 3;
        const last = clause !== null ? clause[1].length : figure !== null ? figure[1].length : tail;
        const begin = words.length - last;
        return words.slice(0, begin) + words.slice(begin).split("").join("\u2060").replace(/ /g, "\u00A0");
    }

    function color(tone: string): color {
        switch (tone) {
        case "good": return good;
        case "bad": return bad;
        case "unsure":
        case "later": return unsure;
        case "busy": return busy;
        }
        return ink;
    }

    function tint(tone: string): color {
        switch (tone) {
        case "good": return goodTint;
        case "bad": return badTint;
        case "unsure":
        case "later": return unsureTint;
        case "busy": return busyTint;
        }
        return surface;
    }
}
