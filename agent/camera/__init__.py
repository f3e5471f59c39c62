"""Lens → newest frame. Device node, file or stream comes in; frames leave through a newest-wins slot,
and what happened to the camera as DeviceUp or DeviceTrouble. Nothing here looks at what is shown."""
