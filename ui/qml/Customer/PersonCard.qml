import QtQuick
import Theme

// Who is about to pay, as far as a shop may see it.
Item {
    id: area

    required property string person
    required property int textPx

    Rectangle {
        anchors.centerIn: parent
        width: Math.min(parent.width, 560)
        height: Math.min(parent.height, 340)
        radius: Theme.radius * 1.4
        color: Theme.surface
        border { color: Theme.line; width: 2 }
        visible: area.person !== ""

        Item {
            id: head
            anchors { top: parent.top; topMargin: 36; horizontalCenter: parent.horizontalCenter }
            width: parent.height * 0.44
            height: width
            Rectangle {
                anchors.fill: parent
                radius: width / 2
                color: Theme.goodTint
            }
            Icon {
                anchors.centerIn: parent
                width: parent.width * 0.5
                height: width
                name: "pay_by_face"
                color: Theme.good
            }
        }
        Text {
            textFormat: Text.PlainText
            anchors { top: head.bottom; bottom: parent.bottom; left: parent.left; right: parent.right; margins: 20 }
            text: area.person
            color: Theme.ink
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
            fontSizeMode: Text.Fit
            minimumPixelSize: 24
            font { family: Theme.family; pixelSize: area.textPx; bold: true }
        }
    }
}
