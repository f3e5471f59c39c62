import QtQuick
import Theme

// A titled card; says so when it is empty.
Rectangle {
    id: panel

    required property string title
    required property string none
    required property bool empty
    required property int textPx
    // Without a title, and with little above and below the rows.
    property bool tight: false
    default property alias content: body.data

    radius: Theme.radius
    color: Theme.surface

    Text {
        textFormat: Text.PlainText
        id: caption
        anchors { left: parent.left; top: parent.top; leftMargin: 24; topMargin: panel.tight ? 0 : 16 }
        text: panel.title
        color: Theme.quiet
        font { family: Theme.family; pixelSize: panel.textPx }
    }
    Text {
        textFormat: Text.PlainText
        anchors.centerIn: body
        width: body.width
        visible: panel.empty
        text: panel.none
        color: Theme.quiet
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        font { family: Theme.family; pixelSize: panel.textPx }
    }
    Item {
        id: body
        anchors { left: parent.left; right: parent.right; top: caption.bottom; bottom: parent.bottom; leftMargin: 24; rightMargin: 24; topMargin: 4; bottomMargin: panel.tight ? 6 : 12 }
    }
}
