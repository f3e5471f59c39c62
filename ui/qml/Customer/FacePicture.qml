import QtQuick
import Hyla

// The person as in a mirror, and how far the look has come.
Item {
    id: face

    required property PreviewSource source
    required property int progressPct

    PreviewPicture {
        anchors.centerIn: parent
        width: Math.min(parent.width, parent.height, 640)
        height: width
        source: face.source
        progressPct: face.progressPct
    }
}
