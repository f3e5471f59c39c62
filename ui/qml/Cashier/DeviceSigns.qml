pragma ComponentBehavior: Bound
import QtQuick
import Theme

// Every device with its sign; under faults, what the cashier can do.
Column {
    id: area

    required property list<var> devices
    required property list<var> faults
    required property int textPx
    property int faultsWidth: width
    // Where the row of signs begins, below the remedies.
    readonly property int signsY: row.y

    spacing: 8

    Repeater {
        model: area.faults
        Text {
            textFormat: Text.PlainText
            required property var modelData
            width: area.faultsWidth
            text: "▲ " + modelData.remedy
            color: Theme.bad
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: area.textPx; bold: true }
        }
    }
    Flow {
        id: row
        width: area.width + 28
        spacing: 8
        Repeater {
            model: area.devices
            Row {
                id: device
                required property var modelData
                spacing: 8
                rightPadding: 20
                Accessible.role: Accessible.StaticText
                Accessible.name: modelData.name
                Text {
                    textFormat: Text.PlainText
                    text: device.modelData.ok ? "●" : "▲"
                    color: device.modelData.ok ? Theme.good : Theme.bad
                    font { family: Theme.family; pixelSize: area.textPx }
                }
                Text {
                    textFormat: Text.PlainText
                    text: device.modelData.name
                    color: device.modelData.ok ? Theme.quiet : Theme.bad
                    font { family: Theme.family; pixelSize: area.textPx; bold: !device.modelData.ok }
                }
            }
        }
    }
}
