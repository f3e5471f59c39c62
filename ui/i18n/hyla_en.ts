<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name></name>
    <message id="welcome.headline">
        <source>Welcome</source>
        <translation>Welcome</translation>
    </message>
    <message id="welcome.detail">
        <source>Pay by face or code</source>
        <translation>Pay by face or code</translation>
    </message>
    <message id="welcome.charging">
        <source>No payments now: please ask the staff</source>
        <translation>No payments now: please ask the staff</translation>
    </message>
    <message id="welcome.network">
        <source>The network is down: please pay cash</source>
        <translation>The network is down: please pay cash</translation>
    </message>
    <message id="welcome.only_code">
        <source>Pay with a payment code</source>
        <translation>Pay with a payment code</translation>
    </message>
    <message id="basket.headline">
        <source>Items: {count}</source>
        <translation>Items: {count}</translation>
    </message>
    <message id="amount.total">
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message id="amount.due">
        <source>Amount due</source>
        <translation>Amount due</translation>
    </message>
    <message id="amount.paid">
        <source>Amount paid</source>
        <translation>Amount paid</translation>
    </message>
    <message id="choose.headline">
        <source>How would you like to pay?</source>
        <translation>How would you like to pay?</translation>
    </message>
    <message id="choose.face">
        <source>Pay by face</source>
        <translation>Pay by face</translation>
    </message>
    <message id="choose.code">
        <source>Show code</source>
        <translation>Show code</translation>
    </message>
    <message id="code.headline">
        <source>Show your payment code</source>
        <translation>Show your payment code</translation>
    </message>
    <message id="code.detail">
        <source>The scanner is below the screen</source>
        <translation>The scanner is below the screen</translation>
    </message>
    <message id="code.ask_code">
        <source>To be safe, show a payment code</source>
        <translation>To be safe, show a payment code</translation>
    </message>
    <message id="code.face_paused">
        <source>Face payment is paused: show a code or pay cash</source>
        <translation>Face payment is paused: show a code or pay cash</translation>
    </message>
    <message id="code.only_code">
        <source>This till takes payment codes only; the scanner is below the screen</source>
        <translation>This till takes payment codes only; the scanner is below the screen</translation>
    </message>
    <message id="code.too_many_tries">
        <source>Too many tries: show a code or pay cash</source>
        <translation>Too many tries: show a code or pay cash</translation>
    </message>
    <message id="face.look">
        <source>Look straight at the screen</source>
        <translation>Look straight at the screen</translation>
    </message>
    <message id="face.searching">
        <source>Checking, please hold still</source>
        <translation>Checking, please hold still</translation>
    </message>
    <message id="hint.no_face">
        <source>Step in front of the screen</source>
        <translation>Step in front of the screen</translation>
    </message>
    <message id="hint.several_faces">
        <source>One person at a time</source>
        <translation>One person at a time</translation>
    </message>
    <message id="hint.too_far">
        <source>Come closer</source>
        <translation>Come closer</translation>
    </message>
    <message id="hint.too_near">
        <source>Step back a little</source>
        <translation>Step back a little</translation>
    </message>
    <message id="hint.off_centre">
        <source>Move your face to the middle</source>
        <translation>Move your face to the middle</translation>
    </message>
    <message id="hint.look_straight">
        <source>Look straight at the screen</source>
        <translation>Look straight at the screen</translation>
    </message>
    <message id="hint.look_up">
        <source>Look up</source>
        <translation>Look up</translation>
    </message>
    <message id="hint.uncover">
        <source>Uncover your eyes and mouth</source>
        <translation>Uncover your eyes and mouth</translation>
    </message>
    <message id="hint.too_dark">
        <source>Too dark here</source>
        <translation>Too dark here</translation>
    </message>
    <message id="hint.back_light">
        <source>Light behind you: step aside</source>
        <translation>Light behind you: step aside</translation>
    </message>
    <message id="hint.too_bright">
        <source>Too bright here</source>
        <translation>Too bright here</translation>
    </message>
    <message id="hint.blurred">
        <source>Hold still</source>
        <translation>Hold still</translation>
    </message>
    <message id="digits.headline">
        <source>Last 4 digits of your phone</source>
        <translation>Last 4 digits of your phone</translation>
    </message>
    <message id="digits.detail">
        <source>Only to confirm it is you</source>
        <translation>Only to confirm it is you</translation>
    </message>
    <message id="digits.again">
        <source>Not a match, please try again</source>
        <translation>Not a match, please try again</translation>
    </message>
    <message id="match.headline">
        <source>Verifying, look straight at the screen</source>
        <translation>Verifying, look straight at the screen</translation>
    </message>
    <message id="confirm.headline">
        <source>Pay {amount} to {shop}</source>
        <translation>Pay {amount} to {shop}</translation>
    </message>
    <message id="confirm.detail">
        <source>Please confirm that this is you</source>
        <translation>Please confirm that this is you</translation>
    </message>
    <message id="wait.headline">
        <source>Paying, please wait</source>
        <translation>Paying, please wait</translation>
    </message>
    <message id="wait.detail">
        <source>Please stay here</source>
        <translation>Please stay here</translation>
    </message>
    <message id="wait.phone">
        <source>Follow the steps on your phone</source>
        <translation>Follow the steps on your phone</translation>
    </message>
    <message id="unknown.headline">
        <source>Do not pay again</source>
        <translation>Do not pay again</translation>
    </message>
    <message id="unknown.detail">
        <source>We are finding out whether you have paid, please wait</source>
        <translation>We are finding out whether you have paid, please wait</translation>
    </message>
    <message id="paid.headline">
        <source>Paid</source>
        <translation>Paid</translation>
    </message>
    <message id="paid.points">
        <source>Points earned: {earned}, balance: {balance}</source>
        <translation>Points earned: {earned}, balance: {balance}</translation>
    </message>
    <message id="notpaid.headline">
        <source>Not paid, nothing was charged</source>
        <translation>Not paid, nothing was charged</translation>
    </message>
    <message id="notpaid.code_again">
        <source>{reason}. You may show a code again</source>
        <translation>{reason}. You may show a code again</translation>
    </message>
    <message id="method.none">
        <source>No payment</source>
        <translation>No payment</translation>
    </message>
    <message id="notice.nothing_to_pay">
        <source>Nothing to charge: the total is zero</source>
        <translation>Nothing to charge: the total is zero</translation>
    </message>
    <message id="reason.offline">
        <source>The network is down, nothing was charged</source>
        <translation>The network is down, nothing was charged</translation>
    </message>
    <message id="reason.storage">
        <source>The terminal cannot write, nothing was charged</source>
        <translation>The terminal cannot write, nothing was charged</translation>
    </message>
    <message id="reason.screens">
        <source>The screens are being restored: try again in a moment</source>
        <translation>The screens are being restored: try again in a moment</translation>
    </message>
    <message id="reason.unknown_member">
        <source>This member is not known to the shop's cloud</source>
        <translation>This member is not known to the shop's cloud</translation>
    </message>
    <message id="reason.funds">
        <source>Insufficient balance</source>
        <translation>Insufficient balance</translation>
    </message>
    <message id="reason.expired_code">
        <source>The code has expired: refresh it and show it again</source>
        <translation>The code has expired: refresh it and show it again</translation>
    </message>
    <message id="reason.used_code">
        <source>The code was used before: refresh it and show it again</source>
        <translation>The code was used before: refresh it and show it again</translation>
    </message>
    <message id="reason.refused">
        <source>The payment was refused</source>
        <translation>The payment was refused</translation>
    </message>
    <message id="reason.late">
        <source>It took too long, nothing was charged</source>
        <translation>It took too long, nothing was charged</translation>
    </message>
    <message id="reason.clock">
        <source>The terminal's clock is wrong, nothing was charged: call the technician</source>
        <translation>The terminal's clock is wrong, nothing was charged: call the technician</translation>
    </message>
    <message id="reason.voided">
        <source>The payment was withdrawn</source>
        <translation>The payment was withdrawn</translation>
    </message>
    <message id="reason.cancelled">
        <source>Cancelled</source>
        <translation>Cancelled</translation>
    </message>
    <message id="reason.timeout">
        <source>No answer in time</source>
        <translation>No answer in time</translation>
    </message>
    <message id="reason.not_recognised">
        <source>Not recognised</source>
        <translation>Not recognised</translation>
    </message>
    <message id="reason.not_live">
        <source>Please look at the screen yourself</source>
        <translation>Please look at the screen yourself</translation>
    </message>
    <message id="reason.too_many_tries">
        <source>Too many tries: face payment pauses</source>
        <translation>Too many tries: face payment pauses</translation>
    </message>
    <message id="nobody.headline">
        <source>We did not recognise you</source>
        <translation>We did not recognise you</translation>
    </message>
    <message id="nobody.detail">
        <source>Please show your payment code</source>
        <translation>Please show your payment code</translation>
    </message>
    <message id="fault.headline">
        <source>Out of service</source>
        <translation>Out of service</translation>
    </message>
    <message id="fault.detail">
        <source>Please ask the staff</source>
        <translation>Please ask the staff</translation>
    </message>
    <message id="held.headline">
        <source>Please ask the manager</source>
        <translation>Please ask the manager</translation>
    </message>
    <message id="held.detail">
        <source>The result is not confirmed yet, do not pay again</source>
        <translation>The result is not confirmed yet, do not pay again</translation>
    </message>
    <message id="button.charge">
        <source>Charge</source>
        <translation>Charge</translation>
    </message>
    <message id="button.cancel">
        <source>Cancel</source>
        <translation>Cancel</translation>
    </message>
    <message id="button.pay_by_face">
        <source>Pay by face</source>
        <translation>Pay by face</translation>
    </message>
    <message id="button.show_code">
        <source>Show code</source>
        <translation>Show code</translation>
    </message>
    <message id="button.give_digits">
        <source>Next</source>
        <translation>Next</translation>
    </message>
    <message id="button.back">
        <source>Back</source>
        <translation>Back</translation>
    </message>
    <message id="button.confirm">
        <source>Confirm</source>
        <translation>Confirm</translation>
    </message>
    <message id="button.not_me">
        <source>Not me</source>
        <translation>Not me</translation>
    </message>
    <message id="button.retry">
        <source>Retry</source>
        <translation>Retry</translation>
    </message>
    <message id="button.ask_now">
        <source>Ask now</source>
        <translation>Ask now</translation>
    </message>
    <message id="button.done">
        <source>Done</source>
        <translation>Done</translation>
    </message>
    <message id="button.switch_language">
        <source>中文</source>
        <translation>中文</translation>
    </message>
    <message id="button.switch_reach">
        <source>Lower</source>
        <translation>Lower</translation>
    </message>
    <message id="button.switch_reach.back">
        <source>Higher</source>
        <translation>Higher</translation>
    </message>
    <message id="button.switch_sound">
        <source>Mute</source>
        <translation>Mute</translation>
    </message>
    <message id="button.switch_sound.back">
        <source>Sound</source>
        <translation>Sound</translation>
    </message>
    <message id="button.switch_text_size">
        <source>Aa</source>
        <translation>Aa</translation>
    </message>
    <message id="cashier.idle">
        <source>Ready</source>
        <translation>Ready</translation>
    </message>
    <message id="cashier.idle_charging">
        <source>Charging is paused</source>
        <translation>Charging is paused</translation>
    </message>
    <message id="cashier.idle_network">
        <source>Cash only</source>
        <translation>Cash only</translation>
    </message>
    <message id="cashier.basket">
        <source>Not yet charged, items: {count}</source>
        <translation>Not yet charged, items: {count}</translation>
    </message>
    <message id="cashier.basket_detail">
        <source>Scan or type on. ↑ ↓ choose a line</source>
        <translation>Scan or type on. ↑ ↓ choose a line</translation>
    </message>
    <message id="cashier.choosing">
        <source>Waiting for the customer</source>
        <translation>Waiting for the customer</translation>
    </message>
    <message id="cashier.code">
        <source>Waiting for a payment code</source>
        <translation>Waiting for a payment code</translation>
    </message>
    <message id="cashier.face">
        <source>Waiting for the face</source>
        <translation>Waiting for the face</translation>
    </message>
    <message id="cashier.hint">
        <source>The customer sees: {reason}</source>
        <translation>The customer sees: {reason}</translation>
    </message>
    <message id="cashier.digits">
        <source>Customer is typing the phone number</source>
        <translation>Customer is typing the phone number</translation>
    </message>
    <message id="cashier.match">
        <source>Verifying identity</source>
        <translation>Verifying identity</translation>
    </message>
    <message id="cashier.confirm">
        <source>Waiting for confirmation of {amount}</source>
        <translation>Waiting for confirmation of {amount}</translation>
    </message>
    <message id="cashier.wait">
        <source>Charging, do not repeat</source>
        <translation>Charging, do not repeat</translation>
    </message>
    <message id="cashier.wait_phone">
        <source>The customer is finishing on the phone</source>
        <translation>The customer is finishing on the phone</translation>
    </message>
    <message id="cashier.unknown">
        <source>Result unknown, asking</source>
        <translation>Result unknown, asking</translation>
    </message>
    <message id="cashier.unknown_detail">
        <source>Keep the goods, do not charge again</source>
        <translation>Keep the goods, do not charge again</translation>
    </message>
    <message id="cashier.voiding">
        <source>Withdrawing the payment</source>
        <translation>Withdrawing the payment</translation>
    </message>
    <message id="cashier.paid">
        <source>Received · {method}</source>
        <translation>Received · {method}</translation>
    </message>
    <message id="cashier.paid_detail">
        <source>Order {order}</source>
        <translation>Order {order}</translation>
    </message>
    <message id="cashier.notpaid">
        <source>Not received</source>
        <translation>Not received</translation>
    </message>
    <message id="cashier.nobody">
        <source>Customer not recognised, ask for a payment code</source>
        <translation>Customer not recognised, ask for a payment code</translation>
    </message>
    <message id="cashier.held">
        <source>Not confirmed, hand it to the manager</source>
        <translation>Not confirmed, hand it to the manager</translation>
    </message>
    <message id="cashier.held_detail">
        <source>Order {order}, do not charge again</source>
        <translation>Order {order}, do not charge again</translation>
    </message>
    <message id="cashier.offline">
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message id="cashier.head_office">
        <source>Head office: {said}</source>
        <translation>Head office: {said}</translation>
    </message>
    <message id="cashier.storage">
        <source>Cannot keep records, charging is paused</source>
        <translation>Cannot keep records, charging is paused</translation>
    </message>
    <message id="notice.unknown_goods">
        <source>Goods not found</source>
        <translation>Goods not found</translation>
    </message>
    <message id="notice.bad_code">
        <source>Not read clearly, please scan again</source>
        <translation>Not read clearly, please scan again</translation>
    </message>
    <message id="notice.charge_first">
        <source>Press Charge first</source>
        <translation>Press Charge first</translation>
    </message>
    <message id="notice.busy">
        <source>A payment is running, please wait</source>
        <translation>A payment is running, please wait</translation>
    </message>
    <message id="notice.not_for_sale_code">
        <source>This code cannot be used to pay</source>
        <translation>This code cannot be used to pay</translation>
    </message>
    <message id="notice.cannot_cancel">
        <source>Already sent: it cannot be cancelled, only asked about</source>
        <translation>Already sent: it cannot be cancelled, only asked about</translation>
    </message>
    <message id="notice.record_refused">
        <source>A record was refused, please tell the technician</source>
        <translation>A record was refused, please tell the technician</translation>
    </message>
    <message id="device.camera">
        <source>Camera</source>
        <translation>Camera</translation>
    </message>
    <message id="device.scanner">
        <source>Scanner</source>
        <translation>Scanner</translation>
    </message>
    <message id="device.screens">
        <source>Screens</source>
        <translation>Screens</translation>
    </message>
    <message id="device.vision">
        <source>Recognition</source>
        <translation>Recognition</translation>
    </message>
    <message id="device.cloud">
        <source>Network</source>
        <translation>Network</translation>
    </message>
    <message id="device.storage">
        <source>Storage</source>
        <translation>Storage</translation>
    </message>
    <message id="state.ok">
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message id="cause.absent">
        <source>Not found: check the cable</source>
        <translation>Not found: check the cable</translation>
    </message>
    <message id="cause.unplugged">
        <source>Unplugged: plug it in again</source>
        <translation>Unplugged: plug it in again</translation>
    </message>
    <message id="cause.silent">
        <source>No reply: unplug it and plug it in again</source>
        <translation>No reply: unplug it and plug it in again</translation>
    </message>
    <message id="cause.frozen">
        <source>The picture stands still: unplug it and plug it in again</source>
        <translation>The picture stands still: unplug it and plug it in again</translation>
    </message>
    <message id="cause.dark">
        <source>The picture is black: uncover the lens</source>
        <translation>The picture is black: uncover the lens</translation>
    </message>
    <message id="cause.noise">
        <source>Noise on the line: check the cable</source>
        <translation>Noise on the line: check the cable</translation>
    </message>
    <message id="cause.models">
        <source>Recognition files are not complete: call the technician</source>
        <translation>Recognition files are not complete: call the technician</translation>
    </message>
    <message id="cause.refused">
        <source>Login refused: call the technician (certificate or password)</source>
        <translation>Login refused: call the technician (certificate or password)</translation>
    </message>
    <message id="cause.unreachable">
        <source>Server not reached: check network cable and router</source>
        <translation>Server not reached: check network cable and router</translation>
    </message>
    <message id="cause.lost">
        <source>Connection lost: reconnecting</source>
        <translation>Connection lost: reconnecting</translation>
    </message>
    <message id="cause.full">
        <source>The disk is full: call the technician</source>
        <translation>The disk is full: call the technician</translation>
    </message>
    <message id="cause.starting">
        <source>Starting, please wait</source>
        <translation>Starting, please wait</translation>
    </message>
    <message id="cause.died">
        <source>It stopped and is starting again</source>
        <translation>It stopped and is starting again</translation>
    </message>
    <message id="cause.failed">
        <source>Not working: call the technician</source>
        <translation>Not working: call the technician</translation>
    </message>
    <message id="device.infrared">
        <source>Infrared camera</source>
        <translation>Infrared camera</translation>
    </message>
    <message id="device.depth">
        <source>Depth camera</source>
        <translation>Depth camera</translation>
    </message>
    <message id="cause.infrared.absent">
        <source>Infrared camera not found: check the cable above</source>
        <translation>Infrared camera not found: check the cable above</translation>
    </message>
    <message id="cause.infrared.unplugged">
        <source>Infrared camera unplugged: check the cable above</source>
        <translation>Infrared camera unplugged: check the cable above</translation>
    </message>
    <message id="cause.infrared.silent">
        <source>Infrared camera gives no picture: unplug the cable above and plug it in again</source>
        <translation>Infrared camera gives no picture: unplug the cable above and plug it in again</translation>
    </message>
    <message id="cause.infrared.frozen">
        <source>Infrared camera shows a still picture: unplug the cable above and plug it in again</source>
        <translation>Infrared camera shows a still picture: unplug the cable above and plug it in again</translation>
    </message>
    <message id="cause.infrared.starting">
        <source>The infrared camera is starting, please wait</source>
        <translation>The infrared camera is starting, please wait</translation>
    </message>
    <message id="cause.infrared.failed">
        <source>The infrared camera is not working: unplug the cable above and plug it in again; codes still work</source>
        <translation>The infrared camera is not working: unplug the cable above and plug it in again; codes still work</translation>
    </message>
    <message id="cause.depth.absent">
        <source>Depth camera not found: check the cable above</source>
        <translation>Depth camera not found: check the cable above</translation>
    </message>
    <message id="cause.depth.unplugged">
        <source>Depth camera unplugged: check the cable above</source>
        <translation>Depth camera unplugged: check the cable above</translation>
    </message>
    <message id="cause.depth.silent">
        <source>Depth camera gives no picture: unplug the cable above and plug it in again</source>
        <translation>Depth camera gives no picture: unplug the cable above and plug it in again</translation>
    </message>
    <message id="cause.depth.frozen">
        <source>Depth camera shows a still picture: unplug the cable above and plug it in again</source>
        <translation>Depth camera shows a still picture: unplug the cable above and plug it in again</translation>
    </message>
    <message id="cause.depth.starting">
        <source>The depth camera is starting, please wait</source>
        <translation>The depth camera is starting, please wait</translation>
    </message>
    <message id="cause.depth.failed">
        <source>The depth camera is not working: unplug the cable above and plug it in again; codes still work</source>
        <translation>The depth camera is not working: unplug the cable above and plug it in again; codes still work</translation>
    </message>
    <message id="cause.infrared.dark">
        <source>The infrared picture is black: uncover the lens; its lamp must be on</source>
        <translation>The infrared picture is black: uncover the lens; its lamp must be on</translation>
    </message>
    <message id="cause.depth.dark">
        <source>The depth picture is empty: uncover the lens</source>
        <translation>The depth picture is empty: uncover the lens</translation>
    </message>
    <message id="cause.depth.narrow">
        <source>The depth camera is set up wrongly: call the technician; codes still work</source>
        <translation>The depth camera is set up wrongly: call the technician; codes still work</translation>
    </message>
    <message id="cause.vision.unpaired">
        <source>The cameras do not keep time with each other: restart the terminal; codes still work</source>
        <translation>The cameras do not keep time with each other: restart the terminal; codes still work</translation>
    </message>
    <message id="cause.camera.absent">
        <source>Camera not found: check the cable above</source>
        <translation>Camera not found: check the cable above</translation>
    </message>
    <message id="cause.camera.unplugged">
        <source>Camera unplugged: check the cable above</source>
        <translation>Camera unplugged: check the cable above</translation>
    </message>
    <message id="cause.camera.silent">
        <source>No picture: unplug the cable above and plug it in again</source>
        <translation>No picture: unplug the cable above and plug it in again</translation>
    </message>
    <message id="cause.camera.frozen">
        <source>The picture stands still: unplug the cable above and plug it in again</source>
        <translation>The picture stands still: unplug the cable above and plug it in again</translation>
    </message>
    <message id="cause.camera.dark">
        <source>The picture is black: uncover the lens</source>
        <translation>The picture is black: uncover the lens</translation>
    </message>
    <message id="cause.camera.colourless">
        <source>The picture has no colour: exchange the cables of the two cameras</source>
        <translation>The picture has no colour: exchange the cables of the two cameras</translation>
    </message>
    <message id="cause.scanner.absent">
        <source>Scanner not found: check the cable below</source>
        <translation>Scanner not found: check the cable below</translation>
    </message>
    <message id="cause.scanner.unplugged">
        <source>Scanner unplugged: check the cable below</source>
        <translation>Scanner unplugged: check the cable below</translation>
    </message>
    <message id="cause.scanner.noise">
        <source>Noise from the scanner: check the cable below</source>
        <translation>Noise from the scanner: check the cable below</translation>
    </message>
    <message id="cause.scanner.unended">
        <source>Codes from the scanner have no end: ask the technician for hyla doctor scanner</source>
        <translation>Codes from the scanner have no end: ask the technician for hyla doctor scanner</translation>
    </message>
    <message id="cause.vision.models">
        <source>Recognition files are not complete: call the technician; codes still work</source>
        <translation>Recognition files are not complete: call the technician; codes still work</translation>
    </message>
    <message id="cause.vision.failed">
        <source>Recognition is not working: take payment codes</source>
        <translation>Recognition is not working: take payment codes</translation>
    </message>
    <message id="cause.cloud.unreachable">
        <source>Server not reached: check network cable and router</source>
        <translation>Server not reached: check network cable and router</translation>
    </message>
    <message id="cause.cloud.refused">
        <source>Login refused: call the technician (certificate or password)</source>
        <translation>Login refused: call the technician (certificate or password)</translation>
    </message>
    <message id="cause.cloud.lost">
        <source>Connection lost: reconnecting</source>
        <translation>Connection lost: reconnecting</translation>
    </message>
    <message id="cause.storage.full">
        <source>The disk is full, charging is paused: call the technician</source>
        <translation>The disk is full, charging is paused: call the technician</translation>
    </message>
    <message id="cause.storage.overtaken">
        <source>The records here are an old copy, charging is paused: call the technician</source>
        <translation>The records here are an old copy, charging is paused: call the technician</translation>
    </message>
    <message id="cause.storage.failed">
        <source>The disk is not working, charging is paused: call the technician</source>
        <translation>The disk is not working, charging is paused: call the technician</translation>
    </message>
    <message id="cause.screens.died">
        <source>The screens stopped and are starting again</source>
        <translation>The screens stopped and are starting again</translation>
    </message>
    <message id="cause.screens.customer_frozen">
        <source>The customer's screen stands still, charging is paused: it restarts by itself; if not, check its cable</source>
        <translation>The customer's screen stands still, charging is paused: it restarts by itself; if not, check its cable</translation>
    </message>
    <message id="cause.screens.customer_differs">
        <source>The customer's screen shows something else, charging is paused: it restarts by itself; if not, call the technician</source>
        <translation>The customer's screen shows something else, charging is paused: it restarts by itself; if not, call the technician</translation>
    </message>
    <message id="cause.screens.customer_gone">
        <source>The customer's screen is gone, charging is paused: check its cable and power</source>
        <translation>The customer's screen is gone, charging is paused: check its cable and power</translation>
    </message>
    <message id="cause.screens.cashier_frozen">
        <source>This screen stands still, charging is paused: it restarts by itself; if not, check its cable</source>
        <translation>This screen stands still, charging is paused: it restarts by itself; if not, check its cable</translation>
    </message>
    <message id="cause.screens.cashier_differs">
        <source>This screen shows something else, charging is paused: it restarts by itself; if not, call the technician</source>
        <translation>This screen shows something else, charging is paused: it restarts by itself; if not, call the technician</translation>
    </message>
    <message id="cause.screens.cashier_gone">
        <source>This window's own screen is gone, charging is paused: check its cable and power</source>
        <translation>This window's own screen is gone, charging is paused: check its cable and power</translation>
    </message>
    <message id="cause.camera.starting">
        <source>The camera is starting, please wait</source>
        <translation>The camera is starting, please wait</translation>
    </message>
    <message id="cause.scanner.starting">
        <source>The scanner is starting, please wait</source>
        <translation>The scanner is starting, please wait</translation>
    </message>
    <message id="cause.screens.starting">
        <source>The screens are starting, please wait</source>
        <translation>The screens are starting, please wait</translation>
    </message>
    <message id="cause.vision.starting">
        <source>Recognition is starting, please wait</source>
        <translation>Recognition is starting, please wait</translation>
    </message>
    <message id="cause.cloud.starting">
        <source>Connecting, please wait</source>
        <translation>Connecting, please wait</translation>
    </message>
    <message id="cause.storage.starting">
        <source>The disk is starting, please wait</source>
        <translation>The disk is starting, please wait</translation>
    </message>
    <message id="cause.camera.failed">
        <source>The camera is not working: unplug the cable above and plug it in again</source>
        <translation>The camera is not working: unplug the cable above and plug it in again</translation>
    </message>
    <message id="cause.scanner.failed">
        <source>The scanner is not working: unplug the cable below and plug it in again</source>
        <translation>The scanner is not working: unplug the cable below and plug it in again</translation>
    </message>
    <message id="cause.screens.failed">
        <source>The screens are not working: call the technician</source>
        <translation>The screens are not working: call the technician</translation>
    </message>
    <message id="cause.cloud.failed">
        <source>The network is not working: check network cable and router</source>
        <translation>The network is not working: check network cable and router</translation>
    </message>
    <message id="method.face">
        <source>Face</source>
        <translation>Face</translation>
    </message>
    <message id="method.wechat">
        <source>WeChat Pay</source>
        <translation>WeChat Pay</translation>
    </message>
    <message id="method.alipay">
        <source>Alipay</source>
        <translation>Alipay</translation>
    </message>
    <message id="method.unionpay">
        <source>UnionPay</source>
        <translation>UnionPay</translation>
    </message>
    <message id="method.code">
        <source>Payment code</source>
        <translation>Payment code</translation>
    </message>
    <message id="outcome.paid">
        <source>Paid</source>
        <translation>Paid</translation>
    </message>
    <message id="outcome.notpaid">
        <source>Not paid</source>
        <translation>Not paid</translation>
    </message>
    <message id="outcome.cancelled">
        <source>Cancelled</source>
        <translation>Cancelled</translation>
    </message>
    <message id="outcome.unknown">
        <source>Unknown, asking</source>
        <translation>Unknown, asking</translation>
    </message>
    <message id="outcome.said_paid">
        <source>Said to be paid</source>
        <translation>Said to be paid</translation>
    </message>
    <message id="outcome.said_not_paid">
        <source>Said not paid</source>
        <translation>Said not paid</translation>
    </message>
    <message id="outcome.held">
        <source>With the manager</source>
        <translation>With the manager</translation>
    </message>
    <message id="lost.headline">
        <source>Reconnecting, please wait</source>
        <translation>Reconnecting, please wait</translation>
    </message>
    <message id="lost.detail">
        <source>Do not pay again</source>
        <translation>Do not pay again</translation>
    </message>
    <message id="start.headline">
        <source>Starting, please wait</source>
        <translation>Starting, please wait</translation>
    </message>
    <message id="time.left">
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message id="time.since">
        <source>For {time}</source>
        <translation>For {time}</translation>
    </message>
    <message id="cashier.goods">
        <source>Goods</source>
        <translation>Goods</translation>
    </message>
    <message id="cashier.goods_none">
        <source>Scan the goods</source>
        <translation>Scan the goods</translation>
    </message>
    <message id="cashier.orders">
        <source>Last orders</source>
        <translation>Last orders</translation>
    </message>
    <message id="cashier.orders_none">
        <source>No orders yet</source>
        <translation>No orders yet</translation>
    </message>
    <message id="keypad.clear">
        <source>Clear</source>
        <translation>Clear</translation>
    </message>
    <message id="keypad.back">
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message id="owed.headline">
        <source>Take your goods, they are not yet paid</source>
        <translation>Take your goods, they are not yet paid</translation>
    </message>
    <message id="owed.detail">
        <source>Delayed payment: charged when the network is back</source>
        <translation>Delayed payment: charged when the network is back</translation>
    </message>
    <message id="cashier.owed">
        <source>Not yet received: delayed payment</source>
        <translation>Not yet received: delayed payment</translation>
    </message>
    <message id="cashier.owed_detail">
        <source>Order {order}, the goods may go</source>
        <translation>Order {order}, the goods may go</translation>
    </message>
    <message id="amount.owed">
        <source>To be collected</source>
        <translation>To be collected</translation>
    </message>
    <message id="confirm.later">
        <source>Not charged until the network is back</source>
        <translation>Not charged until the network is back</translation>
    </message>
    <message id="cashier.offline_left">
        <source>Left on trust: {count}/{count_max}, {left}/{sum}</source>
        <translation>Left on trust: {count}/{count_max}, {left}/{sum}</translation>
    </message>
    <message id="reason.trust_tried">
        <source>Offline, and this order was declined before: no delayed payment</source>
        <translation>Offline, and this order was declined before: no delayed payment</translation>
    </message>
    <message id="reason.trust_starting">
        <source>Just started: no delayed payment yet</source>
        <translation>Just started: no delayed payment yet</translation>
    </message>
    <message id="reason.trust_too_long">
        <source>Offline for too long: no delayed payment</source>
        <translation>Offline for too long: no delayed payment</translation>
    </message>
    <message id="reason.trust_unmarked">
        <source>This member may not pay later</source>
        <translation>This member may not pay later</translation>
    </message>
    <message id="reason.trust_stale">
        <source>The list of trusted members is too old</source>
        <translation>The list of trusted members is too old</translation>
    </message>
    <message id="reason.trust_owes">
        <source>This member has an uncollected payment</source>
        <translation>This member has an uncollected payment</translation>
    </message>
    <message id="reason.trust_payment">
        <source>Over the limit for one delayed payment</source>
        <translation>Over the limit for one delayed payment</translation>
    </message>
    <message id="reason.trust_person">
        <source>Over this member's limit</source>
        <translation>Over this member's limit</translation>
    </message>
    <message id="reason.trust_count">
        <source>No delayed payments left</source>
        <translation>No delayed payments left</translation>
    </message>
    <message id="reason.trust_sum">
        <source>Over this till's limit for delayed payments</source>
        <translation>Over this till's limit for delayed payments</translation>
    </message>
    <message id="outcome.owed">
        <source>To be collected</source>
        <translation>To be collected</translation>
    </message>
    <message id="outcome.named">
        <source>Not collected</source>
        <translation>Not collected</translation>
    </message>
    <message id="outcome.settled">
        <source>Settled elsewhere</source>
        <translation>Settled elsewhere</translation>
    </message>
    <message id="notice.debt_named">
        <source>A delayed payment failed, please tell the manager</source>
        <translation>A delayed payment failed, please tell the manager</translation>
    </message>
    <message id="button.office">
        <source>Back office</source>
        <translation>Back office</translation>
    </message>
    <message id="button.leave">
        <source>Back to till</source>
        <translation>Back to till</translation>
    </message>
    <message id="button.step_back">
        <source>Back</source>
        <translation>Back</translation>
    </message>
    <message id="button.find">
        <source>Find an order</source>
        <translation>Find an order</translation>
    </message>
    <message id="button.pick">
        <source>Choose</source>
        <translation>Choose</translation>
    </message>
    <message id="button.refund_all">
        <source>Refund all</source>
        <translation>Refund all</translation>
    </message>
    <message id="button.refund_part">
        <source>Refund part</source>
        <translation>Refund part</translation>
    </message>
    <message id="button.give_amount">
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message id="button.give_pin">
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message id="keypad.done">
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message id="training.mark">
        <source>PRACTICE – no money is taken</source>
        <translation>PRACTICE – no money is taken</translation>
    </message>
    <message id="training.ask">
        <source>Practise on this till?</source>
        <translation>Practise on this till?</translation>
    </message>
    <message id="training.ask_detail">
        <source>A manager agrees. Nothing is charged, nothing is counted. A payment code that is scanned is not charged either</source>
        <translation>A manager agrees. Nothing is charged, nothing is counted. A payment code that is scanned is not charged either</translation>
    </message>
    <message id="training.pin">
        <source>Practice: the PIN is 0000</source>
        <translation>Practice: the PIN is 0000</translation>
    </message>
    <message id="button.train">
        <source>Practise</source>
        <translation>Practise</translation>
    </message>
    <message id="button.end_training">
        <source>End practice</source>
        <translation>End practice</translation>
    </message>
    <message id="office.menu">
        <source>Back office</source>
        <translation>Back office</translation>
    </message>
    <message id="office.refunds_open">
        <source>Refunds not yet done: {count}</source>
        <translation>Refunds not yet done: {count}</translation>
    </message>
    <message id="office.find">
        <source>Which order?</source>
        <translation>Which order?</translation>
    </message>
    <message id="office.searching">
        <source>Searching</source>
        <translation>Searching</translation>
    </message>
    <message id="office.find_detail">
        <source>Scan the receipt, choose, or type</source>
        <translation>Scan the receipt, choose, or type</translation>
    </message>
    <message id="office.find_label">
        <source>Number, 8.80 or 18:04</source>
        <translation>Number, 8.80 or 18:04</translation>
    </message>
    <message id="office.order">
        <source>Order details</source>
        <translation>Order details</translation>
    </message>
    <message id="office.no_manager">
        <source>No manager PIN is set, refunds are closed: tell the technician</source>
        <translation>No manager PIN is set, refunds are closed: tell the technician</translation>
    </message>
    <message id="office.part">
        <source>How much is to be refunded?</source>
        <translation>How much is to be refunded?</translation>
    </message>
    <message id="office.part_label">
        <source>Amount to refund</source>
        <translation>Amount to refund</translation>
    </message>
    <message id="office.pin">
        <source>Manager's PIN to confirm</source>
        <translation>Manager's PIN to confirm</translation>
    </message>
    <message id="office.pin_label">
        <source>Manager's PIN</source>
        <translation>Manager's PIN</translation>
    </message>
    <message id="amount.refundable">
        <source>Can be refunded</source>
        <translation>Can be refunded</translation>
    </message>
    <message id="amount.to_refund">
        <source>To be refunded</source>
        <translation>To be refunded</translation>
    </message>
    <message id="refund.asking">
        <source>Refund sent, waiting for the answer</source>
        <translation>Refund sent, waiting for the answer</translation>
    </message>
    <message id="refund.asking_detail">
        <source>Please wait</source>
        <translation>Please wait</translation>
    </message>
    <message id="refund.unknown">
        <source>Not yet known whether it was refunded</source>
        <translation>Not yet known whether it was refunded</translation>
    </message>
    <message id="refund.unknown_detail">
        <source>Still asking; do not refund it another way</source>
        <translation>Still asking; do not refund it another way</translation>
    </message>
    <message id="refund.accepted">
        <source>Accepted, not yet refunded</source>
        <translation>Accepted, not yet refunded</translation>
    </message>
    <message id="refund.accepted_detail">
        <source>The bank gives it back within days; it will show here</source>
        <translation>The bank gives it back within days; it will show here</translation>
    </message>
    <message id="refund.refunded">
        <source>Refunded</source>
        <translation>Refunded</translation>
    </message>
    <message id="refund.partly_refunded">
        <source>Partly refunded, {left} left</source>
        <translation>Partly refunded, {left} left</translation>
    </message>
    <message id="refund.refunded_detail">
        <source>It went back the way it was paid</source>
        <translation>It went back the way it was paid</translation>
    </message>
    <message id="refund.hand_over_cash">
        <source>Hand the cash to the customer</source>
        <translation>Hand the cash to the customer</translation>
    </message>
    <message id="refund.refused">
        <source>Not refunded</source>
        <translation>Not refunded</translation>
    </message>
    <message id="refund_reason.refused">
        <source>The provider refused</source>
        <translation>The provider refused</translation>
    </message>
    <message id="refund_reason.too_much">
        <source>More than was paid is left</source>
        <translation>More than was paid is left</translation>
    </message>
    <message id="refund_reason.too_old">
        <source>The order is too old</source>
        <translation>The order is too old</translation>
    </message>
    <message id="refund_reason.not_paid">
        <source>The provider knows no such payment</source>
        <translation>The provider knows no such payment</translation>
    </message>
    <message id="figure.order">
        <source>Order</source>
        <translation>Order</translation>
    </message>
    <message id="figure.time">
        <source>Time</source>
        <translation>Time</translation>
    </message>
    <message id="figure.method">
        <source>Way of payment</source>
        <translation>Way of payment</translation>
    </message>
    <message id="figure.outcome">
        <source>Outcome</source>
        <translation>Outcome</translation>
    </message>
    <message id="figure.amount">
        <source>Amount</source>
        <translation>Amount</translation>
    </message>
    <message id="figure.refunded">
        <source>Refunded so far</source>
        <translation>Refunded so far</translation>
    </message>
    <message id="figure.refund">
        <source>Refund number</source>
        <translation>Refund number</translation>
    </message>
    <message id="notice.find_nothing">
        <source>No such order on this terminal</source>
        <translation>No such order on this terminal</translation>
    </message>
    <message id="notice.pin_wrong">
        <source>The PIN is wrong</source>
        <translation>The PIN is wrong</translation>
    </message>
    <message id="notice.pin_paused">
        <source>Too many wrong PINs: wait five minutes</source>
        <translation>Too many wrong PINs: wait five minutes</translation>
    </message>
    <message id="notice.pin_none">
        <source>No manager PIN is set: tell the technician</source>
        <translation>No manager PIN is set: tell the technician</translation>
    </message>
    <message id="notice.refund_not_paid">
        <source>This order was not paid: there is nothing to refund</source>
        <translation>This order was not paid: there is nothing to refund</translation>
    </message>
    <message id="notice.refund_amount">
        <source>Type an amount such as 12.50</source>
        <translation>Type an amount such as 12.50</translation>
    </message>
    <message id="notice.refund_too_much">
        <source>More than can be refunded</source>
        <translation>More than can be refunded</translation>
    </message>
    <message id="notice.refund_too_old">
        <source>The order is too old to be refunded here</source>
        <translation>The order is too old to be refunded here</translation>
    </message>
    <message id="notice.refund_too_many">
        <source>This order was refunded in too many parts</source>
        <translation>This order was refunded in too many parts</translation>
    </message>
    <message id="notice.refund_too_soon">
        <source>Wait a minute after the last part</source>
        <translation>Wait a minute after the last part</translation>
    </message>
    <message id="notice.refund_still_open">
        <source>The last part is not yet known: wait for it</source>
        <translation>The last part is not yet known: wait for it</translation>
    </message>
    <message id="notice.refund_storage">
        <source>The disk is not working: no refund now</source>
        <translation>The disk is not working: no refund now</translation>
    </message>
    <message id="method.cash">
        <source>Cash</source>
        <translation>Cash</translation>
    </message>
    <message id="button.pay_cash">
        <source>Cash</source>
        <translation>Cash</translation>
    </message>
    <message id="button.cash_received">
        <source>Received exactly</source>
        <translation>Received exactly</translation>
    </message>
    <message id="button.cash_received.typed">
        <source>Received {sign}{typed}</source>
        <translation>Received {sign}{typed}</translation>
    </message>
    <message id="cash.headline">
        <source>Please pay in cash</source>
        <translation>Please pay in cash</translation>
    </message>
    <message id="cash.detail">
        <source>or choose another way</source>
        <translation>or choose another way</translation>
    </message>
    <message id="cashier.cash">
        <source>Count the cash</source>
        <translation>Count the cash</translation>
    </message>
    <message id="cashier.cash_detail">
        <source>Type it, or confirm the exact amount</source>
        <translation>Type it, or confirm the exact amount</translation>
    </message>
    <message id="cashier.cash_label">
        <source>Cash handed over</source>
        <translation>Cash handed over</translation>
    </message>
    <message id="paid.change">
        <source>Change: {change}</source>
        <translation>Change: {change}</translation>
    </message>
    <message id="notice.cash_too_little">
        <source>That is less than the amount due</source>
        <translation>That is less than the amount due</translation>
    </message>
    <message id="notice.cash_storage">
        <source>The disk is not working: no cash sale can be recorded</source>
        <translation>The disk is not working: no cash sale can be recorded</translation>
    </message>
    <message id="notice.refund_not_known">
        <source>The provider has not confirmed this payment: nothing can be refunded yet</source>
        <translation>The provider has not confirmed this payment: nothing can be refunded yet</translation>
    </message>
    <message id="button.see_held">
        <source>Orders in doubt</source>
        <translation>Orders in doubt</translation>
    </message>
    <message id="button.say_paid">
        <source>It was paid</source>
        <translation>It was paid</translation>
    </message>
    <message id="button.say_not_paid">
        <source>It was not paid</source>
        <translation>It was not paid</translation>
    </message>
    <message id="office.held">
        <source>Orders in doubt</source>
        <translation>Orders in doubt</translation>
    </message>
    <message id="office.held_none">
        <source>No order is in doubt</source>
        <translation>No order is in doubt</translation>
    </message>
    <message id="office.held_detail">
        <source>Still asking; a manager may settle what is known otherwise</source>
        <translation>Still asking; a manager may settle what is known otherwise</translation>
    </message>
    <message id="office.reason_paid">
        <source>It was paid: how do you know?</source>
        <translation>It was paid: how do you know?</translation>
    </message>
    <message id="office.reason_not_paid">
        <source>It was not paid: how do you know?</source>
        <translation>It was not paid: how do you know?</translation>
    </message>
    <message id="held_reason.seen_on_phone">
        <source>Seen on the customer's phone</source>
        <translation>Seen on the customer's phone</translation>
    </message>
    <message id="held_reason.seen_in_statement">
        <source>Seen in the provider's statement</source>
        <translation>Seen in the provider's statement</translation>
    </message>
    <message id="held_reason.customer_denies">
        <source>The customer says so</source>
        <translation>The customer says so</translation>
    </message>
    <message id="held_reason.other_way">
        <source>The customer paid another way</source>
        <translation>The customer paid another way</translation>
    </message>
    <message id="held.open">
        <source>Not yet known</source>
        <translation>Not yet known</translation>
    </message>
    <message id="held.open_detail">
        <source>Nobody knows yet whether the money moved</source>
        <translation>Nobody knows yet whether the money moved</translation>
    </message>
    <message id="held.said_paid">
        <source>Settled as paid, not yet confirmed</source>
        <translation>Settled as paid, not yet confirmed</translation>
    </message>
    <message id="held.said_paid_detail">
        <source>Still asking</source>
        <translation>Still asking</translation>
    </message>
    <message id="held.said_not_paid">
        <source>Settled as not paid, not yet confirmed</source>
        <translation>Settled as not paid, not yet confirmed</translation>
    </message>
    <message id="held.said_not_paid_detail">
        <source>Still asking</source>
        <translation>Still asking</translation>
    </message>
    <message id="held.paid">
        <source>Paid, confirmed by the provider</source>
        <translation>Paid, confirmed by the provider</translation>
    </message>
    <message id="held.paid_detail">
        <source>Nothing is left to do</source>
        <translation>Nothing is left to do</translation>
    </message>
    <message id="held.not_paid">
        <source>Not paid, confirmed by the provider</source>
        <translation>Not paid, confirmed by the provider</translation>
    </message>
    <message id="held.not_paid_detail">
        <source>Nothing is left to do</source>
        <translation>Nothing is left to do</translation>
    </message>
    <message id="held.contradicted">
        <source>The provider says otherwise</source>
        <translation>The provider says otherwise</translation>
    </message>
    <message id="held.contradicted_detail">
        <source>If it was paid, refund it; if not, ask the customer to pay</source>
        <translation>If it was paid, refund it; if not, ask the customer to pay</translation>
    </message>
    <message id="amount.in_doubt">
        <source>Amount in doubt</source>
        <translation>Amount in doubt</translation>
    </message>
    <message id="figure.reason">
        <source>How it is known</source>
        <translation>How it is known</translation>
    </message>
    <message id="notice.held_contradicted">
        <source>The provider says otherwise about an order in doubt: see the back office</source>
        <translation>The provider says otherwise about an order in doubt: see the back office</translation>
    </message>
    <message id="notice.held_paid">
        <source>The order in doubt was paid</source>
        <translation>The order in doubt was paid</translation>
    </message>
    <message id="notice.held_not_paid">
        <source>The order in doubt was not paid</source>
        <translation>The order in doubt was not paid</translation>
    </message>
    <message id="button.see_shift">
        <source>Shift</source>
        <translation>Shift</translation>
    </message>
    <message id="button.start_shift">
        <source>Start shift</source>
        <translation>Start shift</translation>
    </message>
    <message id="button.end_shift">
        <source>End shift</source>
        <translation>End shift</translation>
    </message>
    <message id="button.give_number">
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message id="button.see_days">
        <source>Close the day</source>
        <translation>Close the day</translation>
    </message>
    <message id="button.compare_day">
        <source>Compare</source>
        <translation>Compare</translation>
    </message>
    <message id="button.close_day">
        <source>Close this day</source>
        <translation>Close this day</translation>
    </message>
    <message id="shift.nobodys">
        <source>No shift has been started</source>
        <translation>No shift has been started</translation>
    </message>
    <message id="shift.open">
        <source>Shift in progress</source>
        <translation>Shift in progress</translation>
    </message>
    <message id="shift.ended">
        <source>Shift ended</source>
        <translation>Shift ended</translation>
    </message>
    <message id="shift.drawer_right">
        <source>The cash in the drawer is right</source>
        <translation>The cash in the drawer is right</translation>
    </message>
    <message id="shift.drawer_off">
        <source>The cash in the drawer differs: count again, and tell the manager</source>
        <translation>The cash in the drawer differs: count again, and tell the manager</translation>
    </message>
    <message id="shift.cashier">
        <source>Who starts the shift?</source>
        <translation>Who starts the shift?</translation>
    </message>
    <message id="shift.cashier_label">
        <source>Cashier's number</source>
        <translation>Cashier's number</translation>
    </message>
    <message id="shift.float">
        <source>How much cash is in the drawer?</source>
        <translation>How much cash is in the drawer?</translation>
    </message>
    <message id="shift.count">
        <source>Count the cash in the drawer</source>
        <translation>Count the cash in the drawer</translation>
    </message>
    <message id="shift.count_label">
        <source>Cash in the drawer</source>
        <translation>Cash in the drawer</translation>
    </message>
    <message id="shift.count_detail">
        <source>Notes and coins together</source>
        <translation>Notes and coins together</translation>
    </message>
    <message id="day.list">
        <source>Business days</source>
        <translation>Business days</translation>
    </message>
    <message id="day.none">
        <source>Nothing was sold yet</source>
        <translation>Nothing was sold yet</translation>
    </message>
    <message id="day.one">
        <source>{day}: {standing}</source>
        <translation>{day}: {standing}</translation>
    </message>
    <message id="day.open">
        <source>Not closed</source>
        <translation>Not closed</translation>
    </message>
    <message id="day.comparing">
        <source>Comparing the books</source>
        <translation>Comparing the books</translation>
    </message>
    <message id="day.compared">
        <source>Compared</source>
        <translation>Compared</translation>
    </message>
    <message id="day.closed">
        <source>Closed</source>
        <translation>Closed</translation>
    </message>
    <message id="day.agreed">
        <source>Till, cloud and provider agree</source>
        <translation>Till, cloud and provider agree</translation>
    </message>
    <message id="day.differences">
        <source>Differences: {count} (till | cloud | provider)</source>
        <translation>Differences: {count} (till | cloud | provider)</translation>
    </message>
    <message id="amount.taken">
        <source>Taken, less refunds</source>
        <translation>Taken, less refunds</translation>
    </message>
    <message id="figure.cashier">
        <source>Cashier</source>
        <translation>Cashier</translation>
    </message>
    <message id="figure.since">
        <source>Since</source>
        <translation>Since</translation>
    </message>
    <message id="figure.float">
        <source>Cash at the start</source>
        <translation>Cash at the start</translation>
    </message>
    <message id="figure.expected">
        <source>Cash there should be</source>
        <translation>Cash there should be</translation>
    </message>
    <message id="figure.counted">
        <source>Cash counted</source>
        <translation>Cash counted</translation>
    </message>
    <message id="figure.drawer_difference">
        <source>Difference</source>
        <translation>Difference</translation>
    </message>
    <message id="figure.tallied">
        <source>{count} · {sum}</source>
        <translation>{count} · {sum}</translation>
    </message>
    <message id="tally.sold">
        <source>{method}: sales</source>
        <translation>{method}: sales</translation>
    </message>
    <message id="tally.refunded">
        <source>{method}: refunds</source>
        <translation>{method}: refunds</translation>
    </message>
    <message id="tally.held">
        <source>{method}: in doubt</source>
        <translation>{method}: in doubt</translation>
    </message>
    <message id="tally.settled_paid">
        <source>{method}: settled as paid</source>
        <translation>{method}: settled as paid</translation>
    </message>
    <message id="tally.settled_not_paid">
        <source>{method}: settled as not paid</source>
        <translation>{method}: settled as not paid</translation>
    </message>
    <message id="tally.owed">
        <source>{method}: on trust</source>
        <translation>{method}: on trust</translation>
    </message>
    <message id="tally.cancelled">
        <source>{method}: given up</source>
        <translation>{method}: given up</translation>
    </message>
    <message id="notice.cashier_number">
        <source>A cashier's number is one to eight digits</source>
        <translation>A cashier's number is one to eight digits</translation>
    </message>
    <message id="notice.count_amount">
        <source>That is no amount of money</source>
        <translation>That is no amount of money</translation>
    </message>
    <message id="notice.day_offline">
        <source>The cloud cannot be reached: close the day later</source>
        <translation>The cloud cannot be reached: close the day later</translation>
    </message>
    <message id="notice.day_storage">
        <source>The disk does not answer: close the day later</source>
        <translation>The disk does not answer: close the day later</translation>
    </message>
    <message id="difference.unsent">
        <source>Not sent to the cloud yet: wait for the network, then compare again</source>
        <translation>Not sent to the cloud yet: wait for the network, then compare again</translation>
    </message>
    <message id="difference.parked">
        <source>Refused by the cloud: call support</source>
        <translation>Refused by the cloud: call support</translation>
    </message>
    <message id="difference.in_doubt">
        <source>Nobody knows yet whether it was paid: settle it under Orders in doubt</source>
        <translation>Nobody knows yet whether it was paid: settle it under Orders in doubt</translation>
    </message>
    <message id="difference.refund_open">
        <source>Refund on its way: compare again tomorrow</source>
        <translation>Refund on its way: compare again tomorrow</translation>
    </message>
    <message id="difference.in_doubt_captured">
        <source>In doubt here, but charged: settle it as paid</source>
        <translation>In doubt here, but charged: settle it as paid</translation>
    </message>
    <message id="difference.charged_elsewhere">
        <source>Charged, but not paid here: refund it to the customer</source>
        <translation>Charged, but not paid here: refund it to the customer</translation>
    </message>
    <message id="difference.refunded_elsewhere">
        <source>Refunded, but not here: do not refund it again</source>
        <translation>Refunded, but not here: do not refund it again</translation>
    </message>
    <message id="difference.double">
        <source>Twice in one of the books: call support</source>
        <translation>Twice in one of the books: call support</translation>
    </message>
    <message id="difference.amount">
        <source>Another amount: call support</source>
        <translation>Another amount: call support</translation>
    </message>
    <message id="difference.state">
        <source>The books do not agree whether it was done: compare again tomorrow</source>
        <translation>The books do not agree whether it was done: compare again tomorrow</translation>
    </message>
    <message id="difference.order">
        <source>Belongs to another order elsewhere: call support</source>
        <translation>Belongs to another order elsewhere: call support</translation>
    </message>
    <message id="difference.cash_elsewhere">
        <source>Cash here, but charged elsewhere: refund the charge</source>
        <translation>Cash here, but charged elsewhere: refund the charge</translation>
    </message>
    <message id="difference.only_here">
        <source>Only this till knows of it: call support before the goods are given up</source>
        <translation>Only this till knows of it: call support before the goods are given up</translation>
    </message>
    <message id="difference.not_in_cloud">
        <source>The cloud does not know it: call support</source>
        <translation>The cloud does not know it: call support</translation>
    </message>
    <message id="difference.not_in_bill">
        <source>Not in the provider's bill yet: compare again tomorrow</source>
        <translation>Not in the provider's bill yet: compare again tomorrow</translation>
    </message>
    <message id="difference.only_in_bill">
        <source>Only in the provider's bill: ask the provider</source>
        <translation>Only in the provider's bill: ask the provider</translation>
    </message>
    <message id="tally.collected">
        <source>{method}: collected later</source>
        <translation>{method}: collected later</translation>
    </message>
    <message id="difference.owed">
        <source>On trust, not collected yet: compare again once it is</source>
        <translation>On trust, not collected yet: compare again once it is</translation>
    </message>
    <message id="basket.members_save">
        <source>Members save {amount} here</source>
        <translation>Members save {amount} here</translation>
    </message>
    <message id="amount.due_off">
        <source>Amount due, {off} off</source>
        <translation>Amount due, {off} off</translation>
    </message>
    <message id="amount.paid_off">
        <source>Amount paid, {off} off</source>
        <translation>Amount paid, {off} off</translation>
    </message>
    <message id="benefit.coupon">
        <source>{name}</source>
        <translation>{name}</translation>
    </message>
    <message id="benefit.points">
        <source>Pay with points, you have {points}</source>
        <translation>Pay with points, you have {points}</translation>
    </message>
    <message id="benefit.points_used">
        <source>{points} points used</source>
        <translation>{points} points used</translation>
    </message>
    <message id="member.level">
        <source>{level} · {points} points</source>
        <translation>{level} · {points} points</translation>
    </message>
    <message id="member.points">
        <source>{points} points</source>
        <translation>{points} points</translation>
    </message>
    <message id="cashier.member">
        <source>{name}</source>
        <translation>{name}</translation>
    </message>
    <message id="cashier.member.level">
        <source>{name} · {level} · {points} points</source>
        <translation>{name} · {level} · {points} points</translation>
    </message>
    <message id="cashier.member.points">
        <source>{name} · {points} points</source>
        <translation>{name} · {points} points</translation>
    </message>
    <message id="code.full_price">
        <source>Coupons go with face payment only, please show the code again</source>
        <translation>Coupons go with face payment only, please show the code again</translation>
    </message>
    <message id="paid.points_gift">
        <source>Points earned: {earned}, balance: {balance}. A gift for you: {gift}</source>
        <translation>Points earned: {earned}, balance: {balance}. A gift for you: {gift}</translation>
    </message>
    <message id="reason.coupon_used">
        <source>Coupon gone: see new amount</source>
        <translation>Coupon gone: see new amount</translation>
    </message>
    <message id="reason.coupon_ended">
        <source>Coupon ended: see new amount</source>
        <translation>Coupon ended: see new amount</translation>
    </message>
    <message id="reason.points_short">
        <source>Too few points: see amount</source>
        <translation>Too few points: see amount</translation>
    </message>
    <message id="reason.benefits_offline">
        <source>No network: no coupons now</source>
        <translation>No network: no coupons now</translation>
    </message>
    <message id="button.switch_benefit">
        <source>Use or not</source>
        <translation>Use or not</translation>
    </message>
    <message id="today.headline">
        <source>Today so far, {day}</source>
        <translation>Today so far, {day}</translation>
    </message>
    <message id="today.nothing">
        <source>Nothing has been sold yet</source>
        <translation>Nothing has been sold yet</translation>
    </message>
    <message id="today.sales">
        <source>Sales</source>
        <translation>Sales</translation>
    </message>
    <message id="today.refunds">
        <source>Refunds</source>
        <translation>Refunds</translation>
    </message>
    <message id="today.joined">
        <source>New members</source>
        <translation>New members</translation>
    </message>
    <message id="today.discounted">
        <source>Membership discounts</source>
        <translation>Membership discounts</translation>
    </message>
    <message id="today.held">
        <source>In doubt</source>
        <translation>In doubt</translation>
    </message>
    <message id="today.owed">
        <source>On trust</source>
        <translation>On trust</translation>
    </message>
    <message id="today.cancelled">
        <source>Given up</source>
        <translation>Given up</translation>
    </message>
    <message id="tally.joined">
        <source>Joined: new members</source>
        <translation>Joined: new members</translation>
    </message>
    <message id="button.see_today">
        <source>Today</source>
        <translation>Today</translation>
    </message>
    <message id="tally.discounted">
        <source>{method}: membership discounts</source>
        <translation>{method}: membership discounts</translation>
    </message>
    <message id="button.join">
        <source>Become a member</source>
        <translation>Become a member</translation>
    </message>
    <message id="button.read_all">
        <source>Read all</source>
        <translation>Read all</translation>
    </message>
    <message id="button.agree">
        <source>Agree, I am 14 or older</source>
        <translation>Agree, I am 14 or older</translation>
    </message>
    <message id="button.under_14">
        <source>I am under 14</source>
        <translation>I am under 14</translation>
    </message>
    <message id="button.guardian_agrees">
        <source>I agree as guardian</source>
        <translation>I agree as guardian</translation>
    </message>
    <message id="button.stop_joining">
        <source>Not now</source>
        <translation>Not now</translation>
    </message>
    <message id="button.close">
        <source>Close</source>
        <translation>Close</translation>
    </message>
    <message id="join.terms">
        <source>Become a member</source>
        <translation>Become a member</translation>
    </message>
    <message id="join.terms_detail">
        <source>Tick what your face may be used for. Nothing is sent over the internet; you can withdraw at the till at any time</source>
        <translation>Tick what your face may be used for. Nothing is sent over the internet; you can withdraw at the till at any time</translation>
    </message>
    <message id="join.all_terms">
        <source>Notice on face recognition, version {version}</source>
        <translation>Notice on face recognition, version {version}</translation>
    </message>
    <message id="join.guardian">
        <source>Below 14, a guardian must agree</source>
        <translation>Below 14, a guardian must agree</translation>
    </message>
    <message id="join.guardian_phone">
        <source>Phone number of the guardian</source>
        <translation>Phone number of the guardian</translation>
    </message>
    <message id="join.guardian_phone_detail">
        <source>Only its beginning and end are kept, to show who agreed</source>
        <translation>Only its beginning and end are kept, to show who agreed</translation>
    </message>
    <message id="join.phone">
        <source>Your phone number</source>
        <translation>Your phone number</translation>
    </message>
    <message id="join.phone_detail">
        <source>Only the last four digits are kept, to make sure it is you</source>
        <translation>Only the last four digits are kept, to make sure it is you</translation>
    </message>
    <message id="join.phone_again">
        <source>That is no phone number. Please check it</source>
        <translation>That is no phone number. Please check it</translation>
    </message>
    <message id="join.look">
        <source>Hold still</source>
        <translation>Hold still</translation>
    </message>
    <message id="join.look_detail">
        <source>No photo is kept</source>
        <translation>No photo is kept</translation>
    </message>
    <message id="join.keeping">
        <source>One moment</source>
        <translation>One moment</translation>
    </message>
    <message id="join.joined">
        <source>Welcome, you are a member</source>
        <translation>Welcome, you are a member</translation>
    </message>
    <message id="join.joined_detail">
        <source>{name} · From now on you can pay by face</source>
        <translation>{name} · From now on you can pay by face</translation>
    </message>
    <message id="join.nothing_kept">
        <source>Nothing of you was kept</source>
        <translation>Nothing of you was kept</translation>
    </message>
    <message id="join.ended_walked_off">
        <source>Nobody answered, joining was ended</source>
        <translation>Nobody answered, joining was ended</translation>
    </message>
    <message id="join.ended_offline">
        <source>The network is down. Please join another time</source>
        <translation>The network is down. Please join another time</translation>
    </message>
    <message id="join.ended_storage">
        <source>This terminal cannot store anything now. Please join another time</source>
        <translation>This terminal cannot store anything now. Please join another time</translation>
    </message>
    <message id="join.ended_no_camera">
        <source>The camera does not work now. Please join another time</source>
        <translation>The camera does not work now. Please join another time</translation>
    </message>
    <message id="join.ended_not_live">
        <source>No living face was seen, so nobody joined</source>
        <translation>No living face was seen, so nobody joined</translation>
    </message>
    <message id="join.ended_unclear">
        <source>Your face was not seen clearly. Please try again</source>
        <translation>Your face was not seen clearly. Please try again</translation>
    </message>
    <message id="join.ended_already">
        <source>You are a member already</source>
        <translation>You are a member already</translation>
    </message>
    <message id="join.ended_too_close">
        <source>Your face is too like another member's. Please pay with a code</source>
        <translation>Your face is too like another member's. Please pay with a code</translation>
    </message>
    <message id="cashier.joining">
        <source>The customer is becoming a member; scan goods to go on</source>
        <translation>The customer is becoming a member; scan goods to go on</translation>
    </message>
    <message id="notice.joining">
        <source>The customer is still becoming a member</source>
        <translation>The customer is still becoming a member</translation>
    </message>
    <message id="button.tick">
        <source>Tick</source>
        <translation>Tick</translation>
    </message>
    <message id="after.invoice">
        <source>Scan to claim your invoice</source>
        <translation>Scan to claim your invoice</translation>
    </message>
    <message id="after.friend">
        <source>Scan to add the shop as a friend</source>
        <translation>Scan to add the shop as a friend</translation>
    </message>
    <message id="after.friend_saves">
        <source>Add the shop as a friend: {discount} off next time</source>
        <translation>Add the shop as a friend: {discount} off next time</translation>
    </message>
    <message id="setup.language">
        <source>Choose the language</source>
        <translation>Choose the language</translation>
    </message>
    <message id="setup.language_detail">
        <source>Both screens use it; it can be changed at any time</source>
        <translation>Both screens use it; it can be changed at any time</translation>
    </message>
    <message id="setup.about">
        <source>This terminal</source>
        <translation>This terminal</translation>
    </message>
    <message id="setup.about_detail">
        <source>Check the serial number against the label on the machine</source>
        <translation>Check the serial number against the label on the machine</translation>
    </message>
    <message id="setup.code">
        <source>Give this code to head office</source>
        <translation>Give this code to head office</translation>
    </message>
    <message id="setup.code_detail">
        <source>Good once, for 15 minutes. Or hold an activation QR before the scanner</source>
        <translation>Good once, for 15 minutes. Or hold an activation QR before the scanner</translation>
    </message>
    <message id="setup.no_code">
        <source>Hold an activation QR before the scanner</source>
        <translation>Hold an activation QR before the scanner</translation>
    </message>
    <message id="setup.no_code_detail">
        <source>Head office cannot be reached, so there is no claim code; an activation QR needs no network</source>
        <translation>Head office cannot be reached, so there is no claim code; an activation QR needs no network</translation>
    </message>
    <message id="setup.code_label">
        <source>Claim code</source>
        <translation>Claim code</translation>
    </message>
    <message id="setup.shop">
        <source>This terminal will belong to this shop</source>
        <translation>This terminal will belong to this shop</translation>
    </message>
    <message id="setup.shop_detail">
        <source>Right shop and till? Confirm, and it can sell</source>
        <translation>Right shop and till? Confirm, and it can sell</translation>
    </message>
    <message id="setup.saving">
        <source>Saving</source>
        <translation>Saving</translation>
    </message>
    <message id="setup.saving_detail">
        <source>Please wait and leave the power on</source>
        <translation>Please wait and leave the power on</translation>
    </message>
    <message id="setup.done">
        <source>Claimed</source>
        <translation>Claimed</translation>
    </message>
    <message id="setup.done_detail">
        <source>Ready to sell in a moment</source>
        <translation>Ready to sell in a moment</translation>
    </message>
    <message id="setup.office_refused">
        <source>Head office does not accept this terminal</source>
        <translation>Head office does not accept this terminal</translation>
    </message>
    <message id="setup.office_says">
        <source>Head office says: {why}</source>
        <translation>Head office says: {why}</translation>
    </message>
    <message id="setup.refused_garbage">
        <source>This is no activation code</source>
        <translation>This is no activation code</translation>
    </message>
    <message id="setup.refused_foreign">
        <source>This code is from another head office</source>
        <translation>This code is from another head office</translation>
    </message>
    <message id="setup.refused_forged">
        <source>The signature of this code is false</source>
        <translation>The signature of this code is false</translation>
    </message>
    <message id="setup.refused_serial">
        <source>This code is for another terminal</source>
        <translation>This code is for another terminal</translation>
    </message>
    <message id="setup.refused_merchant">
        <source>This code is of another merchant</source>
        <translation>This code is of another merchant</translation>
    </message>
    <message id="setup.refused_expired">
        <source>This code has expired</source>
        <translation>This code has expired</translation>
    </message>
    <message id="setup.refused_reused">
        <source>This code was used before</source>
        <translation>This code was used before</translation>
    </message>
    <message id="setup.refused_detail">
        <source>Ask head office for a new one</source>
        <translation>Ask head office for a new one</translation>
    </message>
    <message id="setup.trouble_office">
        <source>Head office sent no certificate</source>
        <translation>Head office sent no certificate</translation>
    </message>
    <message id="setup.trouble_disk">
        <source>It could not be saved</source>
        <translation>It could not be saved</translation>
    </message>
    <message id="setup.trouble_papers">
        <source>The certificate from head office does not fit</source>
        <translation>The certificate from head office does not fit</translation>
    </message>
    <message id="setup.trouble_detail">
        <source>Nothing was changed; try again</source>
        <translation>Nothing was changed; try again</translation>
    </message>
    <message id="setup.serial">
        <source>Serial number</source>
        <translation>Serial number</translation>
    </message>
    <message id="setup.model">
        <source>Model</source>
        <translation>Model</translation>
    </message>
    <message id="setup.versions">
        <source>Versions</source>
        <translation>Versions</translation>
    </message>
    <message id="setup.office">
        <source>Head office</source>
        <translation>Head office</translation>
    </message>
    <message id="setup.scanner">
        <source>Scanner</source>
        <translation>Scanner</translation>
    </message>
    <message id="setup.shop_name">
        <source>Shop</source>
        <translation>Shop</translation>
    </message>
    <message id="setup.till">
        <source>Till</source>
        <translation>Till</translation>
    </message>
    <message id="setup.shop_id">
        <source>Shop number</source>
        <translation>Shop number</translation>
    </message>
    <message id="setup.device">
        <source>Terminal</source>
        <translation>Terminal</translation>
    </message>
    <message id="setup.stands_up">
        <source>works</source>
        <translation>works</translation>
    </message>
    <message id="setup.stands_none">
        <source>no address is set; activation QR only</source>
        <translation>no address is set; activation QR only</translation>
    </message>
    <message id="setup.stands_starting">
        <source>connecting</source>
        <translation>connecting</translation>
    </message>
    <message id="setup.stands_unreachable">
        <source>not reachable: check the network cable</source>
        <translation>not reachable: check the network cable</translation>
    </message>
    <message id="setup.stands_refused">
        <source>refuses this terminal</source>
        <translation>refuses this terminal</translation>
    </message>
    <message id="setup.stands_lost">
        <source>the connection broke</source>
        <translation>the connection broke</translation>
    </message>
    <message id="setup.stands_absent">
        <source>not found: check its cable</source>
        <translation>not found: check its cable</translation>
    </message>
    <message id="setup.stands_unplugged">
        <source>unplugged</source>
        <translation>unplugged</translation>
    </message>
    <message id="setup.stands_failed">
        <source>does not work</source>
        <translation>does not work</translation>
    </message>
    <message id="button.setup_chinese">
        <source>中文</source>
        <translation>中文</translation>
    </message>
    <message id="button.setup_english">
        <source>English</source>
        <translation>English</translation>
    </message>
    <message id="button.setup_next">
        <source>Next</source>
        <translation>Next</translation>
    </message>
    <message id="button.setup_back">
        <source>Back</source>
        <translation>Back</translation>
    </message>
    <message id="button.setup_here">
        <source>Yes, this shop</source>
        <translation>Yes, this shop</translation>
    </message>
    <message id="button.setup_not_here">
        <source>Not this shop</source>
        <translation>Not this shop</translation>
    </message>
    <message id="button.see_agreed">
        <source>What I agreed to</source>
        <translation>What I agreed to</translation>
    </message>
    <message id="button.withdraw">
        <source>Withdraw and delete</source>
        <translation>Withdraw and delete</translation>
    </message>
    <message id="button.withdraw_one">
        <source>Take this one back</source>
        <translation>Take this one back</translation>
    </message>
    <message id="button.keep">
        <source>No, keep it</source>
        <translation>No, keep it</translation>
    </message>
    <message id="withdraw.digits">
        <source>What did I agree to?</source>
        <translation>What did I agree to?</translation>
    </message>
    <message id="withdraw.digits_detail">
        <source>Enter the last four digits of your phone, then look at the camera</source>
        <translation>Enter the last four digits of your phone, then look at the camera</translation>
    </message>
    <message id="withdraw.look">
        <source>Looking for you</source>
        <translation>Looking for you</translation>
    </message>
    <message id="withdraw.look_detail">
        <source>So that nobody but you sees it or takes it back</source>
        <translation>So that nobody but you sees it or takes it back</translation>
    </message>
    <message id="withdraw.asking">
        <source>One moment</source>
        <translation>One moment</translation>
    </message>
    <message id="withdraw.agreed">
        <source>You agreed to this</source>
        <translation>You agreed to this</translation>
    </message>
    <message id="withdraw.agreed_detail">
        <source>Touch one to take it back by itself, or take back all</source>
        <translation>Touch one to take it back by itself, or take back all</translation>
    </message>
    <message id="withdraw.sure">
        <source>Withdraw and delete your face?</source>
        <translation>Withdraw and delete your face?</translation>
    </message>
    <message id="withdraw.sure_one">
        <source>Take this purpose back?</source>
        <translation>Take this purpose back?</translation>
    </message>
    <message id="withdraw.taking">
        <source>Deleting</source>
        <translation>Deleting</translation>
    </message>
    <message id="withdraw.gone">
        <source>Your face is deleted</source>
        <translation>Your face is deleted</translation>
    </message>
    <message id="withdraw.gone_detail">
        <source>This terminal no longer knows you. Take a picture of the code: it is your receipt</source>
        <translation>This terminal no longer knows you. Take a picture of the code: it is your receipt</translation>
    </message>
    <message id="withdraw.gone_one">
        <source>Taken back</source>
        <translation>Taken back</translation>
    </message>
    <message id="withdraw.gone_one_detail">
        <source>The other purpose stays. Take a picture of the code: it is your receipt</source>
        <translation>The other purpose stays. Take a picture of the code: it is your receipt</translation>
    </message>
    <message id="withdraw.receipt">
        <source>Receipt {number}</source>
        <translation>Receipt {number}</translation>
    </message>
    <message id="withdraw.ended_storage">
        <source>It could not be done now. Please ask the cashier</source>
        <translation>It could not be done now. Please ask the cashier</translation>
    </message>
    <message id="withdraw.ended_unknown">
        <source>This terminal does not know you</source>
        <translation>This terminal does not know you</translation>
    </message>
    <message id="withdraw.ended_no_camera">
        <source>The camera does not work now. Please ask the cashier</source>
        <translation>The camera does not work now. Please ask the cashier</translation>
    </message>
    <message id="withdraw.ended_too_many_tries">
        <source>Too many tries. Please try again later, or ask the cashier</source>
        <translation>Too many tries. Please try again later, or ask the cashier</translation>
    </message>
    <message id="withdraw.ended_walked_off">
        <source>Nobody answered, the page was closed</source>
        <translation>Nobody answered, the page was closed</translation>
    </message>
    <message id="withdraw.nothing_changed">
        <source>Nothing was changed</source>
        <translation>Nothing was changed</translation>
    </message>
    <message id="cashier.withdrawing">
        <source>The customer looks at what they agreed to; scan goods to go on</source>
        <translation>The customer looks at what they agreed to; scan goods to go on</translation>
    </message>
    <message id="cashier.withdrawn">
        <source>The customer withdrew, the face is deleted. Receipt {number}</source>
        <translation>The customer withdrew, the face is deleted. Receipt {number}</translation>
    </message>
    <message id="cashier.withdrawn_one">
        <source>The customer took one purpose back. Receipt {number}</source>
        <translation>The customer took one purpose back. Receipt {number}</translation>
    </message>
    <message id="notice.withdrawn">
        <source>A member took an agreement back; it is done and recorded</source>
        <translation>A member took an agreement back; it is done and recorded</translation>
    </message>
    <message id="notice.withdrawing">
        <source>The customer is still looking at what they agreed to</source>
        <translation>The customer is still looking at what they agreed to</translation>
    </message>
    <message id="setup.receipt">
        <source>This terminal has left shop {shop}, till {till}</source>
        <translation>This terminal has left shop {shop}, till {till}</translation>
    </message>
    <message id="setup.receipt_detail">
        <source>Faces, members, keys and settings are destroyed. Photograph the receipt for head office</source>
        <translation>Faces, members, keys and settings are destroyed. Photograph the receipt for head office</translation>
    </message>
    <message id="setup.refused_elsewhere">
        <source>This code is for a terminal in another shop</source>
        <translation>This code is for a terminal in another shop</translation>
    </message>
    <message id="setup.refused_behind">
        <source>Head office does not know yet that this terminal moved here</source>
        <translation>Head office does not know yet that this terminal moved here</translation>
    </message>
    <message id="leaving.behind_detail">
        <source>Connect it to the network. When head office shows it in this shop, ask for a new code</source>
        <translation>Connect it to the network. When head office shows it in this shop, ask for a new code</translation>
    </message>
    <message id="leaving.terminal">
        <source>This terminal</source>
        <translation>This terminal</translation>
    </message>
    <message id="leaving.terminal_detail">
        <source>To move or retire it, hold head office's code before the scanner</source>
        <translation>To move or retire it, hold head office's code before the scanner</translation>
    </message>
    <message id="leaving.move">
        <source>Move to {shop}, till {till}</source>
        <translation>Move to {shop}, till {till}</translation>
    </message>
    <message id="leaving.retire">
        <source>Retire this terminal</source>
        <translation>Retire this terminal</translation>
    </message>
    <message id="leaving.ready_detail">
        <source>Members, faces, keys, settings and prices of this shop are destroyed for good</source>
        <translation>Members, faces, keys, settings and prices of this shop are destroyed for good</translation>
    </message>
    <message id="leaving.not_yet_detail">
        <source>Not yet. Still missing:</source>
        <translation>Not yet. Still missing:</translation>
    </message>
    <message id="leaving.departing">
        <source>Leaving this shop</source>
        <translation>Leaving this shop</translation>
    </message>
    <message id="leaving.departing_detail">
        <source>Head office is told; then the terminal starts again</source>
        <translation>Head office is told; then the terminal starts again</translation>
    </message>
    <message id="leaving.missing_customer">
        <source>A customer is being served: finish or cancel</source>
        <translation>A customer is being served: finish or cancel</translation>
    </message>
    <message id="leaving.missing_doubt">
        <source>Orders in doubt: {count}. Settle them (F4)</source>
        <translation>Orders in doubt: {count}. Settle them (F4)</translation>
    </message>
    <message id="leaving.missing_debts">
        <source>Debts still asked for: {count}. Wait for them</source>
        <translation>Debts still asked for: {count}. Wait for them</translation>
    </message>
    <message id="leaving.missing_refunds">
        <source>Refunds on their way: {count}. Wait for the bank</source>
        <translation>Refunds on their way: {count}. Wait for the bank</translation>
    </message>
    <message id="leaving.missing_day">
        <source>Days not closed: {count}. Close them (F6)</source>
        <translation>Days not closed: {count}. Close them (F6)</translation>
    </message>
    <message id="leaving.missing_unsent">
        <source>Records not sent: {count}. Wait for the link</source>
        <translation>Records not sent: {count}. Wait for the link</translation>
    </message>
    <message id="leaving.missing_parked">
        <source>Records that the cloud refused: {count} (hyla records)</source>
        <translation>Records that the cloud refused: {count} (hyla records)</translation>
    </message>
    <message id="notice.leaving">
        <source>This terminal is leaving its shop</source>
        <translation>This terminal is leaving its shop</translation>
    </message>
    <message id="notice.leaving_unsent">
        <source>Something new is unsent. Look again</source>
        <translation>Something new is unsent. Look again</translation>
    </message>
    <message id="notice.leaving_key">
        <source>The receipt could not be signed. Nothing was changed</source>
        <translation>The receipt could not be signed. Nothing was changed</translation>
    </message>
    <message id="notice.leaving_disk">
        <source>The disk refused. Nothing was changed</source>
        <translation>The disk refused. Nothing was changed</translation>
    </message>
    <message id="button.see_terminal">
        <source>This terminal</source>
        <translation>This terminal</translation>
    </message>
    <message id="button.leave_shop">
        <source>Leave this shop</source>
        <translation>Leave this shop</translation>
    </message>
    <message id="slip.reading">
        <source>Receipt: reading the goods</source>
        <translation>Receipt: reading the goods</translation>
    </message>
    <message id="slip.first">
        <source>Receipt</source>
        <translation>Receipt</translation>
    </message>
    <message id="slip.copy">
        <source>Receipt, COPY {copy}</source>
        <translation>Receipt, COPY {copy}</translation>
    </message>
    <message id="slip.goods_unknown">
        <source>The goods of this order were not kept; only its total is known</source>
        <translation>The goods of this order were not kept; only its total is known</translation>
    </message>
    <message id="slip.tendered">
        <source>Received in cash</source>
        <translation>Received in cash</translation>
    </message>
    <message id="slip.change">
        <source>Change</source>
        <translation>Change</translation>
    </message>
    <message id="button.see_slip">
        <source>Receipt</source>
        <translation>Receipt</translation>
    </message>
    <message id="device.printer">
        <source>Printer</source>
        <translation>Printer</translation>
    </message>
    <message id="cause.printer.absent">
        <source>Printer not found: check its cable and power</source>
        <translation>Printer not found: check its cable and power</translation>
    </message>
    <message id="cause.printer.unplugged">
        <source>Printer unplugged: check its cable and power</source>
        <translation>Printer unplugged: check its cable and power</translation>
    </message>
    <message id="cause.printer.silent">
        <source>The printer does not answer: switch it on</source>
        <translation>The printer does not answer: switch it on</translation>
    </message>
    <message id="cause.printer.paper">
        <source>The printer is out of paper: put in a new roll</source>
        <translation>The printer is out of paper: put in a new roll</translation>
    </message>
    <message id="cause.printer.cover">
        <source>The printer's cover is open: close it</source>
        <translation>The printer's cover is open: close it</translation>
    </message>
    <message id="cause.printer.starting">
        <source>The printer is starting, please wait</source>
        <translation>The printer is starting, please wait</translation>
    </message>
    <message id="cause.printer.failed">
        <source>The printer is not working: switch it off and on again</source>
        <translation>The printer is not working: switch it off and on again</translation>
    </message>
    <message id="cause.printer.unread">
        <source>The order could not be read: try again behind the till (F6)</source>
        <translation>The order could not be read: try again behind the till (F6)</translation>
    </message>
    <message id="cashier.unprinted">
        <source>No receipt came out. {cause}</source>
        <translation>No receipt came out. {cause}</translation>
    </message>
    <message id="cashier.drawer_shut">
        <source>The drawer did not open: use its key</source>
        <translation>The drawer did not open: use its key</translation>
    </message>
    <message id="button.print_slip">
        <source>Print receipt</source>
        <translation>Print receipt</translation>
    </message>
    <message id="notice.slip_unread">
        <source>The receipt cannot be read now. Try again</source>
        <translation>The receipt cannot be read now. Try again</translation>
    </message>
    <message id="button.more">
        <source>1 more</source>
        <translation>1 more</translation>
    </message>
    <message id="button.fewer">
        <source>1 less</source>
        <translation>1 less</translation>
    </message>
    <message id="button.remove_line">
        <source>Remove</source>
        <translation>Remove</translation>
    </message>
    <message id="cashier.amount_label">
        <source>No barcode? Type amount</source>
        <translation>No barcode? Type amount</translation>
    </message>
    <message id="notice.amount_typed">
        <source>Type {least} to {most}</source>
        <translation>Type {least} to {most}</translation>
    </message>
    <message id="notice.quantity_max">
        <source>There are 999 of it: no line has more</source>
        <translation>There are 999 of it: no line has more</translation>
    </message>
    <message id="office.debts_open">
        <source>Debts not yet collected: {count}, {sum}</source>
        <translation>Debts not yet collected: {count}, {sum}</translation>
    </message>
    <message id="office.both_open">
        <source>Refunds not yet done: {refunds}. Debts not yet collected: {debts}, {sum}</source>
        <translation>Refunds not yet done: {refunds}. Debts not yet collected: {debts}, {sum}</translation>
    </message>
    <message id="office.taken_over">
        <source>Taken over · {standing}</source>
        <translation>Taken over · {standing}</translation>
    </message>
    <message id="debt.reserved">
        <source>To be collected</source>
        <translation>To be collected</translation>
    </message>
    <message id="debt.collecting">
        <source>Being collected</source>
        <translation>Being collected</translation>
    </message>
    <message id="debt.refused">
        <source>Refused, asked for again later</source>
        <translation>Refused, asked for again later</translation>
    </message>
    <message id="debt.named">
        <source>Not charged, and not asked for any more</source>
        <translation>Not charged, and not asked for any more</translation>
    </message>
</context>
</TS>
