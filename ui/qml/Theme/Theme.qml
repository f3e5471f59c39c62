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
