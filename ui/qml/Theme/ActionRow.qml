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
    // Where buttons stand in two rows all are as wide as each other; 0: as wide as their words want.
    property int columns: 0
    // Small wishes beside something else: no wider than their words and a finger.
    property bool compact: false
    // An intent that must wait for the person to finish something.
    property string held: ""
    // What stands in a field that a button gives: the button says it.
    property string typed: ""
    // Where there are many the key stands below the words.
    property bool stacked: false
    // Three share a row that two have for themselves.
    readonly property bool tight: fill && actions.length > 2
    // Words beside each other are of one size; the primary one may stand out.
    readonly property int sharedPx: {
        let least = textPx;
        for (let at = 0; at < buttons.count; at += 1) {
            const one = buttons.itemAt(at) as ActionButton;
            if (one !== null && !one.primary)
                least = Math.min(least, one.fittingPx);
        }
        return least;
    }
    signal tapped(string intent, string value)

    spacing: compact ? Theme.gap - 4 : Theme.gap
    layoutDirection: Qt.LeftToRight

    Item {
        visible: !row.fill && !row.compact && row.actions.length !== row.columns  // a compact one stands where its owner puts it
        Layout.fillWidth: true
    }
    Repeater {
        id: buttons
        model: row.actions

        ActionButton {
            required property var modelData
            intent: modelData.intent
            label: row.typed !== "" && modelData.typed ? modelData.typed.replace("{typed}", row.typed) : modelData.label
            keys: row.keyPx > 0 ? modelData.keys : ""
            primary: modelData.primary
            danger: modelData.danger
            enabled: modelData.enabled && modelData.intent !== row.held
            textPx: row.textPx
            sharedPx: primary ? row.textPx : row.sharedPx
            keyPx: row.keyPx
            compact: row.compact
            stacked: row.stacked
            tight: row.tight
            readonly property int wished: row.columns > 0 ? Math.floor((row.width - (row.columns - 1) * row.spacing) / row.columns) : row.compact ? Math.max(row.height, implicitWidth) : implicitWidth + (row.tight ? 4 : primary ? 100 : 30)
            Layout.fillHeight: true
            // Too many for the row: all get narrower, none is cut off.
            Layout.fillWidth: true
            Layout.preferredWidth: wished
            Layout.maximumWidth: row.fill ? Number.POSITIVE_INFINITY : wished
            Layout.minimumWidth: row.columns > 0 ? wished : row.compact ? wished : Math.min(row.keyPx === 0 || row.stacked ? 100 : primary ? 200 : keys !== "" ? 160 : 130, implicitWidth + 30)
            onClicked: row.tapped(intent, modelData.value)
        }
    }
}
