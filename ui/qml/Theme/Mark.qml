pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

// The sign of a tone: a shape, so that it never hangs on colour alone.
Rectangle {
    id: mark

    required property string sign
    required property string tone

    implicitWidth: 160
    implicitHeight: width
    radius: width / 2
    color: Theme.color(tone)
    visible: sign !== ""
    Accessible.role: Accessible.StaticText
    Accessible.name: sign

    Shape {
        anchors.fill: parent
        visible: mark.sign === "✓" || mark.sign === "✕"
        ShapePath {
            strokeColor: mark.sign === "✓" ? Theme.onTone : "transparent"
            strokeWidth: mark.width * 0.09
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            startX: mark.width * 0.28; startY: mark.width * 0.52
            PathLine { x: mark.width * 0.44; y: mark.width * 0.67 }
            PathLine { x: mark.width * 0.73; y: mark.width * 0.35 }
        }
        ShapePath {
            strokeColor: mark.sign === "✕" ? Theme.onTone : "transparent"
            strokeWidth: mark.width * 0.09
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            startX: mark.width * 0.33; startY: mark.width * 0.33
            PathLine { x: mark.width * 0.67; y: mark.width * 0.67 }
            PathMove { x: mark.width * 0.67; y: mark.width * 0.33 }
            PathLine { x: mark.width * 0.33; y: mark.width * 0.67 }
        }
    }
    Row {
        anchors.centerIn: parent
        spacing: mark.width * 0.09
        visible: mark.sign === "…"
        Repeater {
            model: 3
            Rectangle {
                width: mark.width * 0.12
                height: width
                radius: width / 2
                color: Theme.onTone
            }
        }
    }
    Text {
        textFormat: Text.PlainText
        anchors.centerIn: parent
        visible: mark.sign === "?" || mark.sign === "▲"
        text: mark.sign === "▲" ? "!" : mark.sign
        color: Theme.onTone
        font { family: Theme.family; bold: true; pixelSize: mark.width * 0.62 }
    }
}
