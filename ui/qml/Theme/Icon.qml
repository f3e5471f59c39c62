pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

// Drawn, not loaded: a face in a frame, a telephone with a code, or the first letters of a language.
Item {
    id: icon

    required property string name
    property color color: Theme.ink
    readonly property real u: Math.min(width, height) / 100

    Accessible.ignored: true

    Shape {
        anchors.centerIn: parent
        width: 100 * icon.u
        height: width
        visible: icon.name === "pay_by_face"
        ShapePath {
            strokeColor: icon.color
            strokeWidth: 6 * icon.u
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg {
                path: "M 8 28 V 16 Q 8 8 16 8 H 28 M 72 8 H 84 Q 92 8 92 16 V 28 M 92 72 V 84 Q 92 92 84 92 H 72 M 28 92 H 16 Q 8 92 8 84 V 72 M 34 36 V 44 M 66 36 V 44 M 51 40 V 55 H 46 M 33 66 Q 50 80 67 66".replace(/[0-9]+/g, n => String(Number(n) * icon.u))
            }
        }
    }
    Text {
        textFormat: Text.PlainText
        anchors.centerIn: parent
        visible: text !== ""
        text: icon.name === "setup_chinese" ? "中" : icon.name === "setup_english" ? "En" : ""
        color: icon.color
        font { family: Theme.family; pixelSize: Math.max(1, 70 * icon.u); bold: true }
        Accessible.ignored: true
    }
    Item {
        anchors.centerIn: parent
        width: 100 * icon.u
        height: width
        visible: icon.name === "show_code"
        Rectangle {
            x: 22 * icon.u; y: 5 * icon.u
            width: 56 * icon.u; height: 90 * icon.u
            radius: 11 * icon.u
            color: "transparent"
            border { color: icon.color; width: 6 * icon.u }
        }
        Repeater {
            model: [[33, 3], [40, 6], [50, 3], [56, 5], [65, 3]]
            Rectangle {
                required property list<int> modelData
                x: modelData[0] * icon.u; y: 32 * icon.u
                width: modelData[1] * icon.u; height: 32 * icon.u
                color: icon.color
            }
        }
    }
}
