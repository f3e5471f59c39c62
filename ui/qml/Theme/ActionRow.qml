pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// The buttons of a page, primary one last: bottom right.
RowLayout {
    id: row

    required property list<var> actions
    required property int textPx
    property int keyPx: 20
    property bool fill: true
    // An intent that must wait for the person to finish something.
    property string held: ""
    signal tapped(string intent)

    spacing: Theme.gap
    layoutDirection: Qt.LeftToRight

    Item {
        visible: !row.fill
        Layout.fillWidth: true
    }
    Repeater {
        model: row.actions

        ActionButton {
            required property var modelData
            intent: modelData.intent
            label: modelData.label
            keys: row.keyPx > 0 ? modelData.keys : ""
            primary: modelData.primary
            enabled: modelData.enabled && modelData.intent !== row.held
            textPx: row.textPx
            keyPx: row.keyPx
            Layout.fillHeight: true
            // Too many for the row: all get narrower, none is cut off.
            Layout.fillWidth: true
            Layout.preferredWidth: implicitWidth + (primary ? 100 : 30)
            Layout.maximumWidth: row.fill ? Number.POSITIVE_INFINITY : implicitWidth + (primary ? 100 : 30)
            Layout.minimumWidth: Math.min(primary && row.keyPx > 0 ? 200 : row.keyPx > 0 ? 130 : 100, implicitWidth + 30)
            onClicked: row.tapped(intent)
        }
    }
}
