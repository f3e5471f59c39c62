pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

// The sign of a tone: a shape, so that it never hangs on colour alone.
Rectangle {
    id: mark

    required property string sign
    required property string tone
    // Rings of its own colour round it: only what is good shines.
    property bool shines: false

    implicitWidth: 160
    implicitHeight: width
    radius: width / 2
    color: Theme.color(tone)
    visible: sign !== ""
    Accessible.role: Accessible.StaticText
    Accessible.name: sign

    Repeater {
        model: mark.shines ? [1.5, 1.24] : []
        Rectangle {
            required property real modelData
            z: -1
            anchors.centerIn: parent
            width: mark.width * modelData
            height: width
            radius: width / 2
            color: mark.color
            opacity: 0.09
        }
    }
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
    // A clock: it is known, it only comes later.
    Shape {
        anchors.fill: parent
        visible: mark.sign === "◷"
        ShapePath {
            strokeColor: Theme.onTone
            strokeWidth: mark.width * 0.08
            fillColor: "transparent"
            PathAngleArc {
                centerX: mark.width / 2; centerY: mark.width / 2
                radiusX: mark.width * 0.3; radiusY: radiusX
                startAngle: 0; sweepAngle: 360
            }
        }
        ShapePath {
            strokeColor: Theme.onTone
            strokeWidth: mark.width * 0.08
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            startX: mark.width * 0.5; startY: mark.width * 0.32
            PathLine { x: mark.width * 0.5; y: mark.width * 0.52 }
            PathLine { x: mark.width * 0.62; y: mark.width * 0.59 }
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
