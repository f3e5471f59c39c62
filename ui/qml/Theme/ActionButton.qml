import QtQuick
import QtQuick.Controls.Basic

// Something a person can want. Touch, its own key, Space and Return all say the same.
AbstractButton {
    id: button

    required property string intent
    required property string label
    property string keys: ""
    property bool primary: false
    // What it does cannot be undone.
    property bool danger: false
    readonly property bool solid: primary || danger
    readonly property color fill: danger ? Theme.danger : Theme.good
    property int textPx: 30
    property int keyPx: 20
    property bool compact: false
    property bool stacked: false
    property bool tight: false
    // As large as its own words may be here, and as large as its neighbours let it be.
    readonly property int fittingPx: probe.fontInfo.pixelSize
    property int sharedPx: textPx

    objectName: "button-" + intent
    text: label
    // A finger presses and goes away: what is typed next belongs where it did before.
    focusPolicy: Qt.TabFocus
    padding: stacked ? 4 : 12
    leftPadding: compact || stacked || tight ? 12 : 20
    rightPadding: leftPadding
    Accessible.role: Accessible.Button
    Accessible.name: label
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()
    // Whoever went there with Tab means this button, also where Return has a meaning of its own.
    Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Return || event.key === Qt.Key_Enter

    readonly property color front: !enabled ? Theme.quiet : solid ? Theme.onTone : Theme.ink

    contentItem: Item {
        implicitWidth: probe.implicitWidth + (cap.beside ? cap.width + cap.gap : 0)
        implicitHeight: probe.implicitHeight

        Text {
            textFormat: Text.PlainText
            id: words
            anchors.left: parent.left
            anchors.right: cap.beside ? cap.left : parent.right
            anchors.rightMargin: cap.beside ? cap.gap : 0
            height: parent.height - (cap.visible && button.stacked ? cap.height + 2 : 0)
            text: button.label
            color: button.front
            font { family: Theme.family; pixelSize: Math.min(button.fittingPx, button.sharedPx); bold: button.primary }
            wrapMode: Text.WordWrap
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
        }
        Text {
            textFormat: Text.PlainText
            id: probe
            visible: false
            width: words.width
            height: words.height
            text: button.label
            font { family: Theme.family; pixelSize: button.textPx; bold: button.primary }
            fontSizeMode: Text.Fit
            minimumPixelSize: 18
            wrapMode: Text.WordWrap
        }
        Rectangle {
            id: cap
            readonly property int gap: button.compact ? 8 : Theme.gap
            readonly property bool beside: visible && !button.stacked
            visible: button.keys !== ""
            x: button.stacked ? (parent.width - width) / 2 : parent.width - width
            y: button.stacked ? parent.height - height : (parent.height - height) / 2
            width: key.implicitWidth + (button.compact ? 12 : 20)
            height: key.implicitHeight + (button.compact || button.stacked ? 2 : 10)
            radius: 8
            color: "transparent"
            border { width: button.compact ? 1 : 2; color: button.front }
            Text {
                textFormat: Text.PlainText
                id: key
                anchors.centerIn: parent
                text: button.keys
                color: button.front
                font { family: Theme.family; pixelSize: button.keyPx }
            }
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: !button.enabled ? Theme.disabled
            : button.solid ? (button.down ? Qt.darker(button.fill, 1.25) : button.fill)
            : (button.down ? Theme.line : Theme.surface)
        border.width: button.visualFocus ? 5 : button.solid || !button.enabled ? 0 : 2
        border.color: button.visualFocus ? Theme.focus : Theme.line
    }
}
