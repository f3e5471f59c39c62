pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Theme

// What a member can use, each with a tick that a finger takes away or puts back.
Item {
    id: area

    required property list<var> benefits
    required property string person
    required property string member
    required property int textPx
    signal tapped(string value)

    readonly property int rowGap: 12
    readonly property int rowPx: 88

    Rectangle {
        id: head
        anchors { top: parent.top; left: parent.left; right: parent.right }
        height: 100
        radius: Theme.radius
        color: Theme.surface
        border { color: Theme.line; width: 2 }

        Icon {
            id: face
            anchors { left: parent.left; leftMargin: 24; verticalCenter: parent.verticalCenter }
            width: 56
            height: 56
            name: "pay_by_face"
            color: Theme.good
        }
        Text {
            textFormat: Text.PlainText
            anchors { left: face.right; right: parent.right; top: parent.top; margins: 20; topMargin: 4 }
            height: 48
            text: area.person
            color: Theme.ink
            verticalAlignment: Text.AlignVCenter
            fontSizeMode: Text.Fit
            minimumPixelSize: 22
            font { family: Theme.family; pixelSize: area.textPx * 1.2; bold: true }
        }
        Text {
            textFormat: Text.PlainText
            anchors { left: face.right; right: parent.right; bottom: parent.bottom; margins: 20; bottomMargin: 6 }
            height: 40
            text: area.member
            color: Theme.quiet
            verticalAlignment: Text.AlignVCenter
            fontSizeMode: Text.Fit
            minimumPixelSize: 20
            font { family: Theme.family; pixelSize: area.textPx }
        }
    }

    ListView {
        id: list
        objectName: "coupons"
        anchors { top: head.bottom; topMargin: area.rowGap; left: parent.left; right: parent.right; bottom: parent.bottom }
        model: area.benefits
        clip: true
        spacing: area.rowGap
        boundsBehavior: Flickable.StopAtBounds

        delegate: AbstractButton {
            id: row
            required property var modelData
            required property int index
            objectName: "benefit-" + modelData.value
            width: ListView.view.width
            // A row is shown whole or not at all.
            opacity: y >= ListView.view.contentY - 1 && y + height <= ListView.view.contentY + ListView.view.height + 1 ? 1 : 0
            height: area.rowPx
            text: modelData.name
            checkable: false
            focusPolicy: Qt.StrongFocus
            Accessible.role: Accessible.CheckBox
            Accessible.name: text + " " + modelData.amount
            Accessible.checked: modelData.taken
            Keys.onReturnPressed: click()
            Keys.onEnterPressed: click()
            onClicked: area.tapped(modelData.value)
            onActiveFocusChanged: if (activeFocus) ListView.view.positionViewAtIndex(index, ListView.Contain)

            background: Rectangle {
                radius: Theme.radius
                color: row.modelData.taken ? Theme.goodTint : row.down ? Theme.line : Theme.surface
                border.width: row.visualFocus ? 5 : row.modelData.taken ? 3 : 2
                border.color: row.visualFocus ? Theme.focus : row.modelData.taken ? Theme.good : Theme.line
            }
            contentItem: Item {
                Rectangle {
                    id: box
                    anchors { left: parent.left; leftMargin: 20; verticalCenter: parent.verticalCenter }
                    width: 44
                    height: 44
                    radius: 10
                    color: row.modelData.taken ? Theme.good : Theme.surface
                    border { width: 3; color: row.modelData.taken ? Theme.good : Theme.quiet }
                    Text {
                        textFormat: Text.PlainText
                        anchors.centerIn: parent
                        text: row.modelData.taken ? "✓" : ""
                        color: Theme.onTone
                        font { family: Theme.family; pixelSize: 34; bold: true }
                    }
                }
                Text {
                    textFormat: Text.PlainText
                    anchors { left: box.right; right: amount.left; verticalCenter: parent.verticalCenter; margins: 20 }
                    height: row.height - 16
                    text: row.text
                    color: Theme.ink
                    wrapMode: Text.Wrap
                    verticalAlignment: Text.AlignVCenter
                    fontSizeMode: Text.Fit
                    minimumPixelSize: 20
                    font { family: Theme.family; pixelSize: area.textPx }
                }
                Text {
                    textFormat: Text.PlainText
                    id: amount
                    anchors { right: parent.right; rightMargin: 24; verticalCenter: parent.verticalCenter }
                    text: row.modelData.amount
                    color: row.modelData.taken ? Theme.good : Theme.quiet
                    font { family: Theme.family; pixelSize: area.textPx * 1.1; bold: true }
                }
            }
        }
    }
    // There is more than fits: how far down the list the finger is.
    Rectangle {
        anchors { right: parent.right; rightMargin: -14 }
        y: list.y + list.height * list.visibleArea.yPosition
        width: 6
        height: list.height * list.visibleArea.heightRatio
        radius: 3
        color: Theme.quiet
        visible: list.visibleArea.heightRatio < 1
    }
}
