import QtQuick
import QtQuick.Shapes
import Theme

// A telephone with a code, held to the reader below the screen.
Item {
    id: area

    readonly property real unit: Math.min(width, height - 90) / 100

    Rectangle {
        id: disc
        anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: (parent.height - height - 90) / 2 }
        width: Math.min(parent.width, parent.height - 90, 420)
        height: width
        radius: width / 2
        color: Theme.surface
        Icon {
            anchors.centerIn: parent
            width: parent.width * 0.58
            height: width
            name: "show_code"
        }
    }
    Shape {
        anchors { horizontalCenter: parent.horizontalCenter; top: disc.bottom; topMargin: 20 }
        width: 100
        height: 60
        ShapePath {
            strokeColor: Theme.good
            strokeWidth: 14
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            startX: 10; startY: 10
            PathLine { x: 50; y: 48 }
            PathLine { x: 90; y: 10 }
        }
    }
}
