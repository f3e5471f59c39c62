<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name></name>
    <message id="welcome.headline">
        <source>Welcome</source>
        <translation>欢迎光临</translation>
    </message>
    <message id="welcome.detail">
        <source>Pay by face or code</source>
        <translation>可刷脸或出示付款码</translation>
    </message>
    <message id="welcome.charging">
        <source>No payments now: please ask the staff</source>
        <translation>暂停收款，请联系店员</translation>
    </message>
    <message id="welcome.network">
        <source>The network is down: please pay cash</source>
        <translation>网络中断，请付现金</translation>
    </message>
    <message id="welcome.only_code">
        <source>Pay with a payment code</source>
        <translation>出示付款码即可付款</translation>
    </message>
    <message id="basket.headline">
        <source>Items: {count}</source>
        <translation>共 {count} 件</translation>
    </message>
    <message id="amount.total">
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message id="amount.due">
        <source>Amount due</source>
        <translation>应付金额</translation>
    </message>
    <message id="amount.paid">
        <source>Amount paid</source>
        <translation>已付金额</translation>
    </message>
    <message id="choose.headline">
        <source>How would you like to pay?</source>
        <translation>请选择付款方式</translation>
    </message>
    <message id="choose.face">
        <source>Pay by face</source>
        <translation>刷脸支付</translation>
    </message>
    <message id="choose.code">
        <source>Show code</source>
        <translation>付款码</translation>
    </message>
    <message id="code.headline">
        <source>Show your payment code</source>
        <translation>请出示付款码</translation>
    </message>
    <message id="code.detail">
        <source>The scanner is below the screen</source>
        <translation>扫码器在屏幕下方</translation>
    </message>
    <message id="code.ask_code">
        <source>To be safe, show a payment code</source>
        <translation>为了安全，请出示付款码</translation>
    </message>
    <message id="code.face_paused">
        <source>Face payment is paused: show a code or pay cash</source>
        <translation>暂停刷脸，请出示付款码或付现金</translation>
    </message>
    <message id="code.only_code">
        <source>This till takes payment codes only; the scanner is below the screen</source>
        <translation>本机只收付款码，扫码器在屏幕下方</translation>
    </message>
    <message id="code.too_many_tries">
        <source>Too many tries: show a code or pay cash</source>
        <translation>刷脸尝试过多，请出示付款码或付现金</translation>
    </message>
    <message id="face.look">
        <source>Look straight at the screen</source>
        <translation>请正对屏幕</translation>
    </message>
    <message id="face.searching">
        <source>Checking, please hold still</source>
        <translation>正在识别，请保持不动</translation>
    </message>
    <message id="hint.no_face">
        <source>Step in front of the screen</source>
        <translation>请站到屏幕前</translation>
    </message>
    <message id="hint.several_faces">
        <source>One person at a time</source>
        <translation>请一人操作</translation>
    </message>
    <message id="hint.too_far">
        <source>Come closer</source>
        <translation>请靠近一点</translation>
    </message>
    <message id="hint.too_near">
        <source>Step back a little</source>
        <translation>请退后一点</translation>
    </message>
    <message id="hint.off_centre">
        <source>Move your face to the middle</source>
        <translation>请把脸移到圆圈中间</translation>
    </message>
    <message id="hint.look_straight">
        <source>Look straight at the screen</source>
        <translation>请正对屏幕</translation>
    </message>
    <message id="hint.look_up">
        <source>Look up</source>
        <translation>请抬头</translation>
    </message>
    <message id="hint.uncover">
        <source>Uncover your eyes and mouth</source>
        <translation>请露出眼睛和嘴巴</translation>
    </message>
    <message id="hint.too_dark">
        <source>Too dark here</source>
        <translation>光线太暗</translation>
    </message>
    <message id="hint.back_light">
        <source>Light behind you: step aside</source>
        <translation>背后太亮，请挪一步</translation>
    </message>
    <message id="hint.too_bright">
        <source>Too bright here</source>
        <translation>光线太亮</translation>
    </message>
    <message id="hint.blurred">
        <source>Hold still</source>
        <translation>请保持不动</translation>
    </message>
    <message id="digits.headline">
        <source>Last 4 digits of your phone</source>
        <translation>请输入手机号后四位</translation>
    </message>
    <message id="digits.detail">
        <source>Only to confirm it is you</source>
        <translation>仅用于核对身份</translation>
    </message>
    <message id="digits.again">
        <source>Not a match, please try again</source>
        <translation>号码不符，请再输一次</translation>
    </message>
    <message id="match.headline">
        <source>Verifying, look straight at the screen</source>
        <translation>正在核对，请正对屏幕</translation>
    </message>
    <message id="confirm.headline">
        <source>Pay {amount} to {shop}</source>
        <translation>向 {shop} 支付 {amount}</translation>
    </message>
    <message id="confirm.detail">
        <source>Please confirm that this is you</source>
        <translation>请确认是您本人付款</translation>
    </message>
    <message id="wait.headline">
        <source>Paying, please wait</source>
        <translation>请稍候，正在支付</translation>
    </message>
    <message id="wait.detail">
        <source>Please stay here</source>
        <translation>请不要离开</translation>
    </message>
    <message id="wait.phone">
        <source>Follow the steps on your phone</source>
        <translation>请按手机提示完成付款</translation>
    </message>
    <message id="unknown.headline">
        <source>Do not pay again</source>
        <translation>不要再次付款</translation>
    </message>
    <message id="unknown.detail">
        <source>We are finding out whether you have paid, please wait</source>
        <translation>正在确认结果，请不要离开</translation>
    </message>
    <message id="paid.headline">
        <source>Paid</source>
        <translation>支付成功</translation>
    </message>
    <message id="paid.points">
        <source>Points earned: {earned}, balance: {balance}</source>
        <translation>本次积分 {earned}，现有积分 {balance}</translation>
    </message>
    <message id="notpaid.headline">
        <source>Not paid, nothing was charged</source>
        <translation>支付未完成，未扣款</translation>
    </message>
    <message id="notpaid.code_again">
        <source>{reason}. You may show a code again</source>
        <translation>{reason}，可再次出示付款码</translation>
    </message>
    <message id="method.none">
        <source>No payment</source>
        <translation>未付款</translation>
    </message>
    <message id="notice.nothing_to_pay">
        <source>Nothing to charge: the total is zero</source>
        <translation>金额为零，无需收款</translation>
    </message>
    <message id="reason.offline">
        <source>The network is down, nothing was charged</source>
        <translation>网络中断，未扣款</translation>
    </message>
    <message id="reason.storage">
        <source>The terminal cannot write, nothing was charged</source>
        <translation>终端无法存储，未扣款</translation>
    </message>
    <message id="reason.screens">
        <source>The screens are being restored: try again in a moment</source>
        <translation>屏幕正在恢复，请稍候再试</translation>
    </message>
    <message id="reason.unknown_member">
        <source>This member is not known to the shop's cloud</source>
        <translation>该会员暂不可用</translation>
    </message>
    <message id="reason.funds">
        <source>Insufficient balance</source>
        <translation>余额不足</translation>
    </message>
    <message id="reason.expired_code">
        <source>The code has expired: refresh it and show it again</source>
        <translation>付款码已过期，请刷新后再出示</translation>
    </message>
    <message id="reason.used_code">
        <source>The code was used before: refresh it and show it again</source>
        <translation>付款码已用过，请刷新后再出示</translation>
    </message>
    <message id="reason.refused">
        <source>The payment was refused</source>
        <translation>付款方未同意这笔付款</translation>
    </message>
    <message id="reason.late">
        <source>It took too long, nothing was charged</source>
        <translation>等待时间过长，款项未扣</translation>
    </message>
    <message id="reason.clock">
        <source>The terminal's clock is wrong, nothing was charged: call the technician</source>
        <translation>本机时间不准，款项未扣，请联系技术人员</translation>
    </message>
    <message id="reason.voided">
        <source>The payment was withdrawn</source>
        <translation>这笔付款已撤销</translation>
    </message>
    <message id="reason.cancelled">
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message id="reason.timeout">
        <source>No answer in time</source>
        <translation>长时间没有操作</translation>
    </message>
    <message id="reason.not_recognised">
        <source>Not recognised</source>
        <translation>识别未通过</translation>
    </message>
    <message id="reason.not_live">
        <source>Please look at the screen yourself</source>
        <translation>请本人正对屏幕</translation>
    </message>
    <message id="reason.too_many_tries">
        <source>Too many tries: face payment pauses</source>
        <translation>尝试过多，刷脸暂停片刻</translation>
    </message>
    <message id="nobody.headline">
        <source>We did not recognise you</source>
        <translation>没有认出您</translation>
    </message>
    <message id="nobody.detail">
        <source>Please show your payment code</source>
        <translation>请出示付款码</translation>
    </message>
    <message id="fault.headline">
        <source>Out of service</source>
        <translation>暂停服务</translation>
    </message>
    <message id="fault.detail">
        <source>Please ask the staff</source>
        <translation>请联系店员</translation>
    </message>
    <message id="held.headline">
        <source>Please ask the manager</source>
        <translation>请联系店长</translation>
    </message>
    <message id="held.detail">
        <source>The result is not confirmed yet, do not pay again</source>
        <translation>结果还没有确认，不要再次付款</translation>
    </message>
    <message id="button.charge">
        <source>Charge</source>
        <translation>收款</translation>
    </message>
    <message id="button.cancel">
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message id="button.pay_by_face">
        <source>Pay by face</source>
        <translation>刷脸支付</translation>
    </message>
    <message id="button.show_code">
        <source>Show code</source>
        <translation>付款码</translation>
    </message>
    <message id="button.give_digits">
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message id="button.back">
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message id="button.confirm">
        <source>Confirm</source>
        <translation>确认支付</translation>
    </message>
    <message id="button.not_me">
        <source>Not me</source>
        <translation>不是我</translation>
    </message>
    <message id="button.retry">
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message id="button.ask_now">
        <source>Ask now</source>
        <translation>立即查询</translation>
    </message>
    <message id="button.done">
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message id="button.switch_language">
        <source>中文</source>
        <translation>EN</translation>
    </message>
    <message id="button.switch_reach">
        <source>Lower</source>
        <translation>低位</translation>
    </message>
    <message id="button.switch_reach.back">
        <source>Higher</source>
        <translation>还原</translation>
    </message>
    <message id="button.switch_sound">
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message id="button.switch_sound.back">
        <source>Sound</source>
        <translation>开声</translation>
    </message>
    <message id="button.switch_text_size">
        <source>Aa</source>
        <translation>大字</translation>
    </message>
    <message id="cashier.idle">
        <source>Ready</source>
        <translation>空闲，可收款</translation>
    </message>
    <message id="cashier.idle_charging">
        <source>Charging is paused</source>
        <translation>空闲，暂停收款</translation>
    </message>
    <message id="cashier.idle_network">
        <source>Cash only</source>
        <translation>空闲，只能收现金</translation>
    </message>
    <message id="cashier.basket">
        <source>Not yet charged, items: {count}</source>
        <translation>未结算，共 {count} 件</translation>
    </message>
    <message id="cashier.basket_detail">
        <source>Scan or type on. ↑ ↓ choose a line</source>
        <translation>继续扫码，或输入金额。↑ ↓ 选择一行</translation>
    </message>
    <message id="cashier.choosing">
        <source>Waiting for the customer</source>
        <translation>等待顾客付款</translation>
    </message>
    <message id="cashier.code">
        <source>Waiting for a payment code</source>
        <translation>等待顾客出示付款码</translation>
    </message>
    <message id="cashier.face">
        <source>Waiting for the face</source>
        <translation>等待顾客刷脸</translation>
    </message>
    <message id="cashier.hint">
        <source>The customer sees: {reason}</source>
        <translation>顾客看到：{reason}</translation>
    </message>
    <message id="cashier.digits">
        <source>Customer is typing the phone number</source>
        <translation>顾客正在输入手机号</translation>
    </message>
    <message id="cashier.match">
        <source>Verifying identity</source>
        <translation>正在核对身份</translation>
    </message>
    <message id="cashier.confirm">
        <source>Waiting for confirmation of {amount}</source>
        <translation>等待顾客确认 {amount}</translation>
    </message>
    <message id="cashier.wait">
        <source>Charging, do not repeat</source>
        <translation>正在收款，请勿重复操作</translation>
    </message>
    <message id="cashier.wait_phone">
        <source>The customer is finishing on the phone</source>
        <translation>等待顾客在手机上完成付款</translation>
    </message>
    <message id="cashier.unknown">
        <source>Result unknown, asking</source>
        <translation>结果未知，正在查询</translation>
    </message>
    <message id="cashier.unknown_detail">
        <source>Keep the goods, do not charge again</source>
        <translation>请留住商品，不要再次收款</translation>
    </message>
    <message id="cashier.voiding">
        <source>Withdrawing the payment</source>
        <translation>正在撤销这笔付款</translation>
    </message>
    <message id="cashier.paid">
        <source>Received · {method}</source>
        <translation>收款成功 · {method}</translation>
    </message>
    <message id="cashier.paid_detail">
        <source>Order {order}</source>
        <translation>单号 {order}</translation>
    </message>
    <message id="cashier.notpaid">
        <source>Not received</source>
        <translation>未收款</translation>
    </message>
    <message id="cashier.nobody">
        <source>Customer not recognised, ask for a payment code</source>
        <translation>没有认出顾客，请顾客出示付款码</translation>
    </message>
    <message id="cashier.held">
        <source>Not confirmed, hand it to the manager</source>
        <translation>结果未确认，请交店长处理</translation>
    </message>
    <message id="cashier.held_detail">
        <source>Order {order}, do not charge again</source>
        <translation>单号 {order}，不要再次收款</translation>
    </message>
    <message id="cashier.offline">
        <source>Offline</source>
        <translation>网络中断</translation>
    </message>
    <message id="cashier.head_office">
        <source>Head office: {said}</source>
        <translation>总部：{said}</translation>
    </message>
    <message id="cashier.storage">
        <source>Cannot keep records, charging is paused</source>
        <translation>无法记账，暂停收款</translation>
    </message>
    <message id="notice.unknown_goods">
        <source>Goods not found</source>
        <translation>没有这件商品</translation>
    </message>
    <message id="notice.bad_code">
        <source>Not read clearly, please scan again</source>
        <translation>没有读清，请再扫一次</translation>
    </message>
    <message id="notice.charge_first">
        <source>Press Charge first</source>
        <translation>请先按“收款”</translation>
    </message>
    <message id="notice.busy">
        <source>A payment is running, please wait</source>
        <translation>正在收款，请稍候</translation>
    </message>
    <message id="notice.not_for_sale_code">
        <source>This code cannot be used to pay</source>
        <translation>这个码不能用来付款</translation>
    </message>
    <message id="notice.cannot_cancel">
        <source>Already sent: it cannot be cancelled, only asked about</source>
        <translation>已提交付款，不能取消，只能查询</translation>
    </message>
    <message id="notice.record_refused">
        <source>A record was refused, please tell the technician</source>
        <translation>有一条记录被拒收，请通知技术员</translation>
    </message>
    <message id="device.camera">
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message id="device.scanner">
        <source>Scanner</source>
        <translation>扫码器</translation>
    </message>
    <message id="device.screens">
        <source>Screens</source>
        <translation>屏幕</translation>
    </message>
    <message id="device.vision">
        <source>Recognition</source>
        <translation>人脸识别</translation>
    </message>
    <message id="device.cloud">
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message id="device.storage">
        <source>Storage</source>
        <translation>存储</translation>
    </message>
    <message id="state.ok">
        <source>OK</source>
        <translation>正常</translation>
    </message>
    <message id="cause.absent">
        <source>Not found: check the cable</source>
        <translation>未找到设备，请检查连线</translation>
    </message>
    <message id="cause.unplugged">
        <source>Unplugged: plug it in again</source>
        <translation>连线断开，请重新插好</translation>
    </message>
    <message id="cause.silent">
        <source>No reply: unplug it and plug it in again</source>
        <translation>设备没有反应，请拔下再插上</translation>
    </message>
    <message id="cause.frozen">
        <source>The picture stands still: unplug it and plug it in again</source>
        <translation>画面不动，请拔下再插上</translation>
    </message>
    <message id="cause.dark">
        <source>The picture is black: uncover the lens</source>
        <translation>画面全黑，请查看镜头是否被挡住</translation>
    </message>
    <message id="cause.noise">
        <source>Noise on the line: check the cable</source>
        <translation>读到杂乱数据，请检查连线</translation>
    </message>
    <message id="cause.models">
        <source>Recognition files are not complete: call the technician</source>
        <translation>识别模型不完整，请联系技术员</translation>
    </message>
    <message id="cause.refused">
        <source>Login refused: call the technician (certificate or password)</source>
        <translation>登录被拒绝，请联系技术员核对证书或密码</translation>
    </message>
    <message id="cause.unreachable">
        <source>Server not reached: check network cable and router</source>
        <translation>连不上服务器，请检查网线或路由器</translation>
    </message>
    <message id="cause.lost">
        <source>Connection lost: reconnecting</source>
        <translation>网络断开，正在重新连接</translation>
    </message>
    <message id="cause.full">
        <source>The disk is full: call the technician</source>
        <translation>存储已满，请联系技术员</translation>
    </message>
    <message id="cause.starting">
        <source>Starting, please wait</source>
        <translation>正在启动，请稍候</translation>
    </message>
    <message id="cause.died">
        <source>It stopped and is starting again</source>
        <translation>程序中断，正在重新启动</translation>
    </message>
    <message id="cause.failed">
        <source>Not working: call the technician</source>
        <translation>出现故障，请联系技术员</translation>
    </message>
    <message id="device.infrared">
        <source>Infrared camera</source>
        <translation>红外摄像头</translation>
    </message>
    <message id="device.depth">
        <source>Depth camera</source>
        <translation>深度摄像头</translation>
    </message>
    <message id="cause.infrared.absent">
        <source>Infrared camera not found: check the cable above</source>
        <translation>未找到红外摄像头：请检查上方的线</translation>
    </message>
    <message id="cause.infrared.unplugged">
        <source>Infrared camera unplugged: check the cable above</source>
        <translation>红外摄像头已断开：请检查上方的线</translation>
    </message>
    <message id="cause.infrared.silent">
        <source>Infrared camera gives no picture: unplug the cable above and plug it in again</source>
        <translation>红外摄像头没有画面：请拔下上方的线再插上</translation>
    </message>
    <message id="cause.infrared.frozen">
        <source>Infrared camera shows a still picture: unplug the cable above and plug it in again</source>
        <translation>红外摄像头画面停住：请拔下上方的线再插上</translation>
    </message>
    <message id="cause.infrared.starting">
        <source>The infrared camera is starting, please wait</source>
        <translation>红外摄像头正在启动，请稍候</translation>
    </message>
    <message id="cause.infrared.failed">
        <source>The infrared camera is not working: unplug the cable above and plug it in again; codes still work</source>
        <translation>红外摄像头出错：请拔下上方的线再插上；可收付款码</translation>
    </message>
    <message id="cause.depth.absent">
        <source>Depth camera not found: check the cable above</source>
        <translation>未找到深度摄像头：请检查上方的线</translation>
    </message>
    <message id="cause.depth.unplugged">
        <source>Depth camera unplugged: check the cable above</source>
        <translation>深度摄像头已断开：请检查上方的线</translation>
    </message>
    <message id="cause.depth.silent">
        <source>Depth camera gives no picture: unplug the cable above and plug it in again</source>
        <translation>深度摄像头没有画面：请拔下上方的线再插上</translation>
    </message>
    <message id="cause.depth.frozen">
        <source>Depth camera shows a still picture: unplug the cable above and plug it in again</source>
        <translation>深度摄像头画面停住：请拔下上方的线再插上</translation>
    </message>
    <message id="cause.depth.starting">
        <source>The depth camera is starting, please wait</source>
        <translation>深度摄像头正在启动，请稍候</translation>
    </message>
    <message id="cause.depth.failed">
        <source>The depth camera is not working: unplug the cable above and plug it in again; codes still work</source>
        <translation>深度摄像头出错：请拔下上方的线再插上；可收付款码</translation>
    </message>
    <message id="cause.infrared.dark">
        <source>The infrared picture is black: uncover the lens; its lamp must be on</source>
        <translation>红外画面全黑：请揭开镜头，补光灯须亮着</translation>
    </message>
    <message id="cause.depth.dark">
        <source>The depth picture is empty: uncover the lens</source>
        <translation>深度画面是空的：请揭开镜头</translation>
    </message>
    <message id="cause.depth.narrow">
        <source>The depth camera is set up wrongly: call the technician; codes still work</source>
        <translation>深度摄像头设置不对：请联系技术员；可收付款码</translation>
    </message>
    <message id="cause.vision.unpaired">
        <source>The cameras do not keep time with each other: restart the terminal; codes still work</source>
        <translation>几个摄像头的画面不同步：请重启终端；可收付款码</translation>
    </message>
    <message id="cause.camera.absent">
        <source>Camera not found: check the cable above</source>
        <translation>未找到摄像头，请检查上方连线</translation>
    </message>
    <message id="cause.camera.unplugged">
        <source>Camera unplugged: check the cable above</source>
        <translation>摄像头断开，请检查上方连线</translation>
    </message>
    <message id="cause.camera.silent">
        <source>No picture: unplug the cable above and plug it in again</source>
        <translation>摄像头没有画面，请拔下上方连线再插上</translation>
    </message>
    <message id="cause.camera.frozen">
        <source>The picture stands still: unplug the cable above and plug it in again</source>
        <translation>画面不动，请拔下上方连线再插上</translation>
    </message>
    <message id="cause.camera.dark">
        <source>The picture is black: uncover the lens</source>
        <translation>画面全黑，请查看镜头是否被挡住</translation>
    </message>
    <message id="cause.camera.colourless">
        <source>The picture has no colour: exchange the cables of the two cameras</source>
        <translation>画面没有颜色，请对调两个摄像头的连线</translation>
    </message>
    <message id="cause.scanner.absent">
        <source>Scanner not found: check the cable below</source>
        <translation>未找到扫码器，请检查下方连线</translation>
    </message>
    <message id="cause.scanner.unplugged">
        <source>Scanner unplugged: check the cable below</source>
        <translation>扫码器断开，请检查下方连线</translation>
    </message>
    <message id="cause.scanner.noise">
        <source>Noise from the scanner: check the cable below</source>
        <translation>扫码器数据杂乱，请检查下方连线</translation>
    </message>
    <message id="cause.scanner.unended">
        <source>Codes from the scanner have no end: ask the technician for hyla doctor scanner</source>
        <translation>扫码器的码没有结尾，请技术员运行 hyla doctor scanner</translation>
    </message>
    <message id="cause.vision.models">
        <source>Recognition files are not complete: call the technician; codes still work</source>
        <translation>识别模型不完整，请联系技术员；可用付款码</translation>
    </message>
    <message id="cause.vision.failed">
        <source>Recognition is not working: take payment codes</source>
        <translation>人脸识别故障，请用付款码收款</translation>
    </message>
    <message id="cause.cloud.unreachable">
        <source>Server not reached: check network cable and router</source>
        <translation>连不上服务器，请检查网线或路由器</translation>
    </message>
    <message id="cause.cloud.refused">
        <source>Login refused: call the technician (certificate or password)</source>
        <translation>登录被拒绝，请联系技术员核对证书或密码</translation>
    </message>
    <message id="cause.cloud.lost">
        <source>Connection lost: reconnecting</source>
        <translation>网络断开，正在重新连接</translation>
    </message>
    <message id="cause.storage.full">
        <source>The disk is full, charging is paused: call the technician</source>
        <translation>存储已满，暂停收款，请联系技术员</translation>
    </message>
    <message id="cause.storage.overtaken">
        <source>The records here are an old copy, charging is paused: call the technician</source>
        <translation>账本是旧副本，暂停收款，请联系技术员</translation>
    </message>
    <message id="cause.storage.failed">
        <source>The disk is not working, charging is paused: call the technician</source>
        <translation>存储故障，暂停收款，请联系技术员</translation>
    </message>
    <message id="cause.screens.died">
        <source>The screens stopped and are starting again</source>
        <translation>屏幕程序中断，正在重新启动</translation>
    </message>
    <message id="cause.screens.customer_frozen">
        <source>The customer's screen stands still, charging is paused: it restarts by itself; if not, check its cable</source>
        <translation>顾客屏没有更新，暂停收款：会自动恢复，一直不好就查顾客屏的线</translation>
    </message>
    <message id="cause.screens.customer_differs">
        <source>The customer's screen shows something else, charging is paused: it restarts by itself; if not, call the technician</source>
        <translation>顾客屏显示的内容不对，暂停收款：会自动恢复，一直不好就叫技术员</translation>
    </message>
    <message id="cause.screens.customer_gone">
        <source>The customer's screen is gone, charging is paused: check its cable and power</source>
        <translation>顾客屏没有接上，暂停收款：检查它的线和电源</translation>
    </message>
    <message id="cause.screens.cashier_frozen">
        <source>This screen stands still, charging is paused: it restarts by itself; if not, check its cable</source>
        <translation>收银屏没有更新，暂停收款：会自动恢复，一直不好就查这块屏的线</translation>
    </message>
    <message id="cause.screens.cashier_differs">
        <source>This screen shows something else, charging is paused: it restarts by itself; if not, call the technician</source>
        <translation>收银屏显示的内容不对，暂停收款：会自动恢复，一直不好就叫技术员</translation>
    </message>
    <message id="cause.screens.cashier_gone">
        <source>This window's own screen is gone, charging is paused: check its cable and power</source>
        <translation>收银屏没有接上，暂停收款：检查它的线和电源</translation>
    </message>
    <message id="cause.camera.starting">
        <source>The camera is starting, please wait</source>
        <translation>摄像头正在启动，请稍候</translation>
    </message>
    <message id="cause.scanner.starting">
        <source>The scanner is starting, please wait</source>
        <translation>扫码器正在启动，请稍候</translation>
    </message>
    <message id="cause.screens.starting">
        <source>The screens are starting, please wait</source>
        <translation>屏幕正在启动，请稍候</translation>
    </message>
    <message id="cause.vision.starting">
        <source>Recognition is starting, please wait</source>
        <translation>人脸识别正在启动，请稍候</translation>
    </message>
    <message id="cause.cloud.starting">
        <source>Connecting, please wait</source>
        <translation>正在连接网络，请稍候</translation>
    </message>
    <message id="cause.storage.starting">
        <source>The disk is starting, please wait</source>
        <translation>存储正在启动，请稍候</translation>
    </message>
    <message id="cause.camera.failed">
        <source>The camera is not working: unplug the cable above and plug it in again</source>
        <translation>摄像头故障，请拔下上方连线再插上</translation>
    </message>
    <message id="cause.scanner.failed">
        <source>The scanner is not working: unplug the cable below and plug it in again</source>
        <translation>扫码器故障，请拔下下方连线再插上</translation>
    </message>
    <message id="cause.screens.failed">
        <source>The screens are not working: call the technician</source>
        <translation>屏幕故障，请联系技术员</translation>
    </message>
    <message id="cause.cloud.failed">
        <source>The network is not working: check network cable and router</source>
        <translation>网络故障，请检查网线或路由器</translation>
    </message>
    <message id="method.face">
        <source>Face</source>
        <translation>刷脸</translation>
    </message>
    <message id="method.wechat">
        <source>WeChat Pay</source>
        <translation>微信支付</translation>
    </message>
    <message id="method.alipay">
        <source>Alipay</source>
        <translation>支付宝</translation>
    </message>
    <message id="method.unionpay">
        <source>UnionPay</source>
        <translation>云闪付</translation>
    </message>
    <message id="method.code">
        <source>Payment code</source>
        <translation>付款码</translation>
    </message>
    <message id="outcome.paid">
        <source>Paid</source>
        <translation>已收款</translation>
    </message>
    <message id="outcome.notpaid">
        <source>Not paid</source>
        <translation>未收款</translation>
    </message>
    <message id="outcome.cancelled">
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message id="outcome.unknown">
        <source>Unknown, asking</source>
        <translation>未知，查询中</translation>
    </message>
    <message id="outcome.said_paid">
        <source>Said to be paid</source>
        <translation>按已付处理</translation>
    </message>
    <message id="outcome.said_not_paid">
        <source>Said not paid</source>
        <translation>按未付处理</translation>
    </message>
    <message id="outcome.held">
        <source>With the manager</source>
        <translation>待店长处理</translation>
    </message>
    <message id="lost.headline">
        <source>Reconnecting, please wait</source>
        <translation>正在重新连接，请稍候</translation>
    </message>
    <message id="lost.detail">
        <source>Do not pay again</source>
        <translation>不要再次付款</translation>
    </message>
    <message id="start.headline">
        <source>Starting, please wait</source>
        <translation>正在启动，请稍候</translation>
    </message>
    <message id="time.left">
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message id="time.since">
        <source>For {time}</source>
        <translation>已 {time}</translation>
    </message>
    <message id="cashier.goods">
        <source>Goods</source>
        <translation>商品</translation>
    </message>
    <message id="cashier.goods_none">
        <source>Scan the goods</source>
        <translation>请扫商品</translation>
    </message>
    <message id="cashier.orders">
        <source>Last orders</source>
        <translation>最近订单</translation>
    </message>
    <message id="cashier.orders_none">
        <source>No orders yet</source>
        <translation>还没有订单</translation>
    </message>
    <message id="keypad.clear">
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message id="keypad.back">
        <source>Delete</source>
        <translation>退格</translation>
    </message>
    <message id="owed.headline">
        <source>Take your goods, they are not yet paid</source>
        <translation>请拿好商品，尚未付款</translation>
    </message>
    <message id="owed.detail">
        <source>Delayed payment: charged when the network is back</source>
        <translation>延迟扣款：网络恢复后再扣款</translation>
    </message>
    <message id="cashier.owed">
        <source>Not yet received: delayed payment</source>
        <translation>尚未收款，延迟扣款</translation>
    </message>
    <message id="cashier.owed_detail">
        <source>Order {order}, the goods may go</source>
        <translation>单号 {order}，商品可以交给顾客</translation>
    </message>
    <message id="amount.owed">
        <source>To be collected</source>
        <translation>稍后扣款</translation>
    </message>
    <message id="confirm.later">
        <source>Not charged until the network is back</source>
        <translation>现在不扣款，网络恢复后再扣</translation>
    </message>
    <message id="cashier.offline_left">
        <source>Left on trust: {count}/{count_max}, {left}/{sum}</source>
        <translation>延迟扣款还剩 {count}/{count_max} 笔，{left}/{sum}</translation>
    </message>
    <message id="reason.trust_tried">
        <source>Offline, and this order was declined before: no delayed payment</source>
        <translation>网络中断，此单已被拒绝过，不能延迟扣款</translation>
    </message>
    <message id="reason.trust_starting">
        <source>Just started: no delayed payment yet</source>
        <translation>终端刚启动，还不能延迟扣款</translation>
    </message>
    <message id="reason.trust_too_long">
        <source>Offline for too long: no delayed payment</source>
        <translation>网络中断太久，不能延迟扣款</translation>
    </message>
    <message id="reason.trust_unmarked">
        <source>This member may not pay later</source>
        <translation>该会员不能延迟扣款</translation>
    </message>
    <message id="reason.trust_stale">
        <source>The list of trusted members is too old</source>
        <translation>会员授信信息已过期，不能延迟扣款</translation>
    </message>
    <message id="reason.trust_owes">
        <source>This member has an uncollected payment</source>
        <translation>该会员有未扣成的款项</translation>
    </message>
    <message id="reason.trust_payment">
        <source>Over the limit for one delayed payment</source>
        <translation>金额超过单笔延迟扣款上限</translation>
    </message>
    <message id="reason.trust_person">
        <source>Over this member's limit</source>
        <translation>超过该会员的延迟扣款上限</translation>
    </message>
    <message id="reason.trust_count">
        <source>No delayed payments left</source>
        <translation>延迟扣款笔数已用完</translation>
    </message>
    <message id="reason.trust_sum">
        <source>Over this till's limit for delayed payments</source>
        <translation>超过本机延迟扣款总额</translation>
    </message>
    <message id="outcome.owed">
        <source>To be collected</source>
        <translation>延迟扣款</translation>
    </message>
    <message id="outcome.named">
        <source>Not collected</source>
        <translation>未扣成，待处理</translation>
    </message>
    <message id="outcome.settled">
        <source>Settled elsewhere</source>
        <translation>已另行结清</translation>
    </message>
    <message id="notice.debt_named">
        <source>A delayed payment failed, please tell the manager</source>
        <translation>有一笔延迟扣款未成功，请告知店长</translation>
    </message>
    <message id="button.office">
        <source>Back office</source>
        <translation>店务</translation>
    </message>
    <message id="button.leave">
        <source>Back to till</source>
        <translation>返回收银</translation>
    </message>
    <message id="button.step_back">
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message id="button.find">
        <source>Find an order</source>
        <translation>查找订单</translation>
    </message>
    <message id="button.pick">
        <source>Choose</source>
        <translation>选择</translation>
    </message>
    <message id="button.refund_all">
        <source>Refund all</source>
        <translation>全额退款</translation>
    </message>
    <message id="button.refund_part">
        <source>Refund part</source>
        <translation>部分退款</translation>
    </message>
    <message id="button.give_amount">
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message id="button.give_pin">
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message id="keypad.done">
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message id="training.mark">
        <source>PRACTICE – no money is taken</source>
        <translation>练习模式——不收款</translation>
    </message>
    <message id="training.ask">
        <source>Practise on this till?</source>
        <translation>进入练习模式？</translation>
    </message>
    <message id="training.ask_detail">
        <source>A manager agrees. Nothing is charged, nothing is counted. A payment code that is scanned is not charged either</source>
        <translation>请店长确认。练习时不收款、不入账，扫到的付款码也不会扣款</translation>
    </message>
    <message id="training.pin">
        <source>Practice: the PIN is 0000</source>
        <translation>练习模式：密码为 0000</translation>
    </message>
    <message id="button.train">
        <source>Practise</source>
        <translation>练习</translation>
    </message>
    <message id="button.end_training">
        <source>End practice</source>
        <translation>结束练习</translation>
    </message>
    <message id="office.menu">
        <source>Back office</source>
        <translation>店务</translation>
    </message>
    <message id="office.refunds_open">
        <source>Refunds not yet done: {count}</source>
        <translation>退款处理中：{count} 笔</translation>
    </message>
    <message id="office.find">
        <source>Which order?</source>
        <translation>查找哪一笔订单？</translation>
    </message>
    <message id="office.searching">
        <source>Searching</source>
        <translation>正在查找</translation>
    </message>
    <message id="office.find_detail">
        <source>Scan the receipt, choose, or type</source>
        <translation>扫描小票，或从列表选择，或输入</translation>
    </message>
    <message id="office.find_label">
        <source>Number, 8.80 or 18:04</source>
        <translation>单号末几位，8.80 或 18:04</translation>
    </message>
    <message id="office.order">
        <source>Order details</source>
        <translation>订单详情</translation>
    </message>
    <message id="office.no_manager">
        <source>No manager PIN is set, refunds are closed: tell the technician</source>
        <translation>未设置店长密码，不能退款，请联系技术员</translation>
    </message>
    <message id="office.part">
        <source>How much is to be refunded?</source>
        <translation>退款金额是多少？</translation>
    </message>
    <message id="office.part_label">
        <source>Amount to refund</source>
        <translation>退款金额</translation>
    </message>
    <message id="office.pin">
        <source>Manager's PIN to confirm</source>
        <translation>请店长输入密码确认</translation>
    </message>
    <message id="office.pin_label">
        <source>Manager's PIN</source>
        <translation>店长密码</translation>
    </message>
    <message id="amount.refundable">
        <source>Can be refunded</source>
        <translation>可退金额</translation>
    </message>
    <message id="amount.to_refund">
        <source>To be refunded</source>
        <translation>退款金额</translation>
    </message>
    <message id="refund.asking">
        <source>Refund sent, waiting for the answer</source>
        <translation>退款已提交，等待结果</translation>
    </message>
    <message id="refund.asking_detail">
        <source>Please wait</source>
        <translation>请稍候</translation>
    </message>
    <message id="refund.unknown">
        <source>Not yet known whether it was refunded</source>
        <translation>退款结果尚未确认</translation>
    </message>
    <message id="refund.unknown_detail">
        <source>Still asking; do not refund it another way</source>
        <translation>正在持续查询，请勿用其他方式再退款</translation>
    </message>
    <message id="refund.accepted">
        <source>Accepted, not yet refunded</source>
        <translation>退款已受理，尚未到账</translation>
    </message>
    <message id="refund.accepted_detail">
        <source>The bank gives it back within days; it will show here</source>
        <translation>数日内由银行退回，结果见本页</translation>
    </message>
    <message id="refund.refunded">
        <source>Refunded</source>
        <translation>退款成功</translation>
    </message>
    <message id="refund.partly_refunded">
        <source>Partly refunded, {left} left</source>
        <translation>部分退款，剩余 {left}</translation>
    </message>
    <message id="refund.refunded_detail">
        <source>It went back the way it was paid</source>
        <translation>已原路退回</translation>
    </message>
    <message id="refund.hand_over_cash">
        <source>Hand the cash to the customer</source>
        <translation>请将现金交给顾客</translation>
    </message>
    <message id="refund.refused">
        <source>Not refunded</source>
        <translation>退款未成功</translation>
    </message>
    <message id="refund_reason.refused">
        <source>The provider refused</source>
        <translation>支付机构拒绝了退款</translation>
    </message>
    <message id="refund_reason.too_much">
        <source>More than was paid is left</source>
        <translation>超过可退金额</translation>
    </message>
    <message id="refund_reason.too_old">
        <source>The order is too old</source>
        <translation>订单已超过退款期限</translation>
    </message>
    <message id="refund_reason.not_paid">
        <source>The provider knows no such payment</source>
        <translation>支付机构没有这笔付款</translation>
    </message>
    <message id="figure.order">
        <source>Order</source>
        <translation>订单号</translation>
    </message>
    <message id="figure.time">
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message id="figure.method">
        <source>Way of payment</source>
        <translation>支付方式</translation>
    </message>
    <message id="figure.outcome">
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message id="figure.amount">
        <source>Amount</source>
        <translation>金额</translation>
    </message>
    <message id="figure.refunded">
        <source>Refunded so far</source>
        <translation>已退金额</translation>
    </message>
    <message id="figure.refund">
        <source>Refund number</source>
        <translation>退款单号</translation>
    </message>
    <message id="notice.find_nothing">
        <source>No such order on this terminal</source>
        <translation>本机没有找到这笔订单</translation>
    </message>
    <message id="notice.pin_wrong">
        <source>The PIN is wrong</source>
        <translation>密码错误</translation>
    </message>
    <message id="notice.pin_paused">
        <source>Too many wrong PINs: wait five minutes</source>
        <translation>密码错误次数过多，请五分钟后再试</translation>
    </message>
    <message id="notice.pin_none">
        <source>No manager PIN is set: tell the technician</source>
        <translation>未设置店长密码，请联系技术员</translation>
    </message>
    <message id="notice.refund_not_paid">
        <source>This order was not paid: there is nothing to refund</source>
        <translation>该订单未付款，无需退款</translation>
    </message>
    <message id="notice.refund_amount">
        <source>Type an amount such as 12.50</source>
        <translation>请输入金额，例如 12.50</translation>
    </message>
    <message id="notice.refund_too_much">
        <source>More than can be refunded</source>
        <translation>超过可退金额</translation>
    </message>
    <message id="notice.refund_too_old">
        <source>The order is too old to be refunded here</source>
        <translation>订单已超过退款期限</translation>
    </message>
    <message id="notice.refund_too_many">
        <source>This order was refunded in too many parts</source>
        <translation>该订单退款次数已达上限</translation>
    </message>
    <message id="notice.refund_too_soon">
        <source>Wait a minute after the last part</source>
        <translation>距上次退款不足一分钟，请稍候</translation>
    </message>
    <message id="notice.refund_still_open">
        <source>The last part is not yet known: wait for it</source>
        <translation>上一笔退款尚未确认，请等待结果</translation>
    </message>
    <message id="notice.refund_storage">
        <source>The disk is not working: no refund now</source>
        <translation>存储故障，暂不能退款</translation>
    </message>
    <message id="method.cash">
        <source>Cash</source>
        <translation>现金</translation>
    </message>
    <message id="button.pay_cash">
        <source>Cash</source>
        <translation>现金</translation>
    </message>
    <message id="button.cash_received">
        <source>Received exactly</source>
        <translation>已收（正好）</translation>
    </message>
    <message id="button.cash_received.typed">
        <source>Received {sign}{typed}</source>
        <translation>已收 {sign}{typed}</translation>
    </message>
    <message id="cash.headline">
        <source>Please pay in cash</source>
        <translation>请支付现金</translation>
    </message>
    <message id="cash.detail">
        <source>or choose another way</source>
        <translation>或选择其他支付方式</translation>
    </message>
    <message id="cashier.cash">
        <source>Count the cash</source>
        <translation>请清点现金</translation>
    </message>
    <message id="cashier.cash_detail">
        <source>Type it, or confirm the exact amount</source>
        <translation>输入实收金额，或确认金额正好</translation>
    </message>
    <message id="cashier.cash_label">
        <source>Cash handed over</source>
        <translation>实收现金</translation>
    </message>
    <message id="paid.change">
        <source>Change: {change}</source>
        <translation>找零：{change}</translation>
    </message>
    <message id="notice.cash_too_little">
        <source>That is less than the amount due</source>
        <translation>实收金额不足</translation>
    </message>
    <message id="notice.cash_storage">
        <source>The disk is not working: no cash sale can be recorded</source>
        <translation>存储故障，暂不能记录现金收款</translation>
    </message>
    <message id="notice.refund_not_known">
        <source>The provider has not confirmed this payment: nothing can be refunded yet</source>
        <translation>支付机构尚未确认这笔付款，暂不能退款</translation>
    </message>
    <message id="button.see_held">
        <source>Orders in doubt</source>
        <translation>待确认订单</translation>
    </message>
    <message id="button.say_paid">
        <source>It was paid</source>
        <translation>确认已付款</translation>
    </message>
    <message id="button.say_not_paid">
        <source>It was not paid</source>
        <translation>确认未付款</translation>
    </message>
    <message id="office.held">
        <source>Orders in doubt</source>
        <translation>待确认订单</translation>
    </message>
    <message id="office.held_none">
        <source>No order is in doubt</source>
        <translation>没有待确认的订单</translation>
    </message>
    <message id="office.held_detail">
        <source>Still asking; a manager may settle what is known otherwise</source>
        <translation>系统持续查询中，店长可凭依据确认</translation>
    </message>
    <message id="office.reason_paid">
        <source>It was paid: how do you know?</source>
        <translation>确认已付款：依据是什么？</translation>
    </message>
    <message id="office.reason_not_paid">
        <source>It was not paid: how do you know?</source>
        <translation>确认未付款：依据是什么？</translation>
    </message>
    <message id="held_reason.seen_on_phone">
        <source>Seen on the customer's phone</source>
        <translation>在顾客手机上看到</translation>
    </message>
    <message id="held_reason.seen_in_statement">
        <source>Seen in the provider's statement</source>
        <translation>在支付机构对账单中看到</translation>
    </message>
    <message id="held_reason.customer_denies">
        <source>The customer says so</source>
        <translation>顾客口头说明</translation>
    </message>
    <message id="held_reason.other_way">
        <source>The customer paid another way</source>
        <translation>顾客已用其他方式付款</translation>
    </message>
    <message id="held.open">
        <source>Not yet known</source>
        <translation>尚未确认</translation>
    </message>
    <message id="held.open_detail">
        <source>Nobody knows yet whether the money moved</source>
        <translation>尚不清楚款项是否已扣</translation>
    </message>
    <message id="held.said_paid">
        <source>Settled as paid, not yet confirmed</source>
        <translation>已按付款处理，待支付机构确认</translation>
    </message>
    <message id="held.said_paid_detail">
        <source>Still asking</source>
        <translation>系统持续查询中</translation>
    </message>
    <message id="held.said_not_paid">
        <source>Settled as not paid, not yet confirmed</source>
        <translation>已按未付款处理，待支付机构确认</translation>
    </message>
    <message id="held.said_not_paid_detail">
        <source>Still asking</source>
        <translation>系统持续查询中</translation>
    </message>
    <message id="held.paid">
        <source>Paid, confirmed by the provider</source>
        <translation>支付机构确认已付款</translation>
    </message>
    <message id="held.paid_detail">
        <source>Nothing is left to do</source>
        <translation>无需其他处理</translation>
    </message>
    <message id="held.not_paid">
        <source>Not paid, confirmed by the provider</source>
        <translation>支付机构确认未付款</translation>
    </message>
    <message id="held.not_paid_detail">
        <source>Nothing is left to do</source>
        <translation>无需其他处理</translation>
    </message>
    <message id="held.contradicted">
        <source>The provider says otherwise</source>
        <translation>与支付机构结果不一致</translation>
    </message>
    <message id="held.contradicted_detail">
        <source>If it was paid, refund it; if not, ask the customer to pay</source>
        <translation>如已付款请退款，如未付款请联系顾客补款</translation>
    </message>
    <message id="amount.in_doubt">
        <source>Amount in doubt</source>
        <translation>待确认金额</translation>
    </message>
    <message id="figure.reason">
        <source>How it is known</source>
        <translation>依据</translation>
    </message>
    <message id="notice.held_contradicted">
        <source>The provider says otherwise about an order in doubt: see the back office</source>
        <translation>待确认订单与支付机构结果不一致，请到店务查看</translation>
    </message>
    <message id="notice.held_paid">
        <source>The order in doubt was paid</source>
        <translation>待确认的订单已确认付款</translation>
    </message>
    <message id="notice.held_not_paid">
        <source>The order in doubt was not paid</source>
        <translation>待确认的订单确认未付款</translation>
    </message>
    <message id="button.see_shift">
        <source>Shift</source>
        <translation>交接班</translation>
    </message>
    <message id="button.start_shift">
        <source>Start shift</source>
        <translation>开班</translation>
    </message>
    <message id="button.end_shift">
        <source>End shift</source>
        <translation>交班</translation>
    </message>
    <message id="button.give_number">
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message id="button.see_days">
        <source>Close the day</source>
        <translation>日结</translation>
    </message>
    <message id="button.compare_day">
        <source>Compare</source>
        <translation>对账</translation>
    </message>
    <message id="button.close_day">
        <source>Close this day</source>
        <translation>确认日结</translation>
    </message>
    <message id="shift.nobodys">
        <source>No shift has been started</source>
        <translation>尚未开班</translation>
    </message>
    <message id="shift.open">
        <source>Shift in progress</source>
        <translation>当班中</translation>
    </message>
    <message id="shift.ended">
        <source>Shift ended</source>
        <translation>已交班</translation>
    </message>
    <message id="shift.drawer_right">
        <source>The cash in the drawer is right</source>
        <translation>钱箱现金相符</translation>
    </message>
    <message id="shift.drawer_off">
        <source>The cash in the drawer differs: count again, and tell the manager</source>
        <translation>现金不符：请再点一次并告知店长</translation>
    </message>
    <message id="shift.cashier">
        <source>Who starts the shift?</source>
        <translation>谁来开班？</translation>
    </message>
    <message id="shift.cashier_label">
        <source>Cashier's number</source>
        <translation>收银员工号</translation>
    </message>
    <message id="shift.float">
        <source>How much cash is in the drawer?</source>
        <translation>钱箱里现有多少现金？</translation>
    </message>
    <message id="shift.count">
        <source>Count the cash in the drawer</source>
        <translation>请清点钱箱现金</translation>
    </message>
    <message id="shift.count_label">
        <source>Cash in the drawer</source>
        <translation>钱箱现金</translation>
    </message>
    <message id="shift.count_detail">
        <source>Notes and coins together</source>
        <translation>纸币与硬币合计</translation>
    </message>
    <message id="day.list">
        <source>Business days</source>
        <translation>营业日</translation>
    </message>
    <message id="day.none">
        <source>Nothing was sold yet</source>
        <translation>还没有任何交易</translation>
    </message>
    <message id="day.one">
        <source>{day}: {standing}</source>
        <translation>{day}：{standing}</translation>
    </message>
    <message id="day.open">
        <source>Not closed</source>
        <translation>未日结</translation>
    </message>
    <message id="day.comparing">
        <source>Comparing the books</source>
        <translation>正在对账</translation>
    </message>
    <message id="day.compared">
        <source>Compared</source>
        <translation>已对账</translation>
    </message>
    <message id="day.closed">
        <source>Closed</source>
        <translation>已日结</translation>
    </message>
    <message id="day.agreed">
        <source>Till, cloud and provider agree</source>
        <translation>本机、云端、支付机构三方一致</translation>
    </message>
    <message id="day.differences">
        <source>Differences: {count} (till | cloud | provider)</source>
        <translation>差异 {count} 处（本机 | 云端 | 支付机构）</translation>
    </message>
    <message id="amount.taken">
        <source>Taken, less refunds</source>
        <translation>实收（已减退款）</translation>
    </message>
    <message id="figure.cashier">
        <source>Cashier</source>
        <translation>收银员</translation>
    </message>
    <message id="figure.since">
        <source>Since</source>
        <translation>开班时间</translation>
    </message>
    <message id="figure.float">
        <source>Cash at the start</source>
        <translation>备用金</translation>
    </message>
    <message id="figure.expected">
        <source>Cash there should be</source>
        <translation>应有现金</translation>
    </message>
    <message id="figure.counted">
        <source>Cash counted</source>
        <translation>实点现金</translation>
    </message>
    <message id="figure.drawer_difference">
        <source>Difference</source>
        <translation>差额</translation>
    </message>
    <message id="figure.tallied">
        <source>{count} · {sum}</source>
        <translation>{count} 笔 · {sum}</translation>
    </message>
    <message id="tally.sold">
        <source>{method}: sales</source>
        <translation>{method}：收款</translation>
    </message>
    <message id="tally.refunded">
        <source>{method}: refunds</source>
        <translation>{method}：退款</translation>
    </message>
    <message id="tally.held">
        <source>{method}: in doubt</source>
        <translation>{method}：待确认</translation>
    </message>
    <message id="tally.settled_paid">
        <source>{method}: settled as paid</source>
        <translation>{method}：确认已付</translation>
    </message>
    <message id="tally.settled_not_paid">
        <source>{method}: settled as not paid</source>
        <translation>{method}：确认未付</translation>
    </message>
    <message id="tally.owed">
        <source>{method}: on trust</source>
        <translation>{method}：先取后付</translation>
    </message>
    <message id="tally.cancelled">
        <source>{method}: given up</source>
        <translation>{method}：已取消</translation>
    </message>
    <message id="notice.cashier_number">
        <source>A cashier's number is one to eight digits</source>
        <translation>收银员工号为 1 至 8 位数字</translation>
    </message>
    <message id="notice.count_amount">
        <source>That is no amount of money</source>
        <translation>请输入有效金额</translation>
    </message>
    <message id="notice.day_offline">
        <source>The cloud cannot be reached: close the day later</source>
        <translation>联系不上云端，请稍后再日结</translation>
    </message>
    <message id="notice.day_storage">
        <source>The disk does not answer: close the day later</source>
        <translation>磁盘无响应，请稍后再日结</translation>
    </message>
    <message id="difference.unsent">
        <source>Not sent to the cloud yet: wait for the network, then compare again</source>
        <translation>尚未上传云端：等网络恢复后再对账</translation>
    </message>
    <message id="difference.parked">
        <source>Refused by the cloud: call support</source>
        <translation>云端拒收：请联系技术支持</translation>
    </message>
    <message id="difference.in_doubt">
        <source>Nobody knows yet whether it was paid: settle it under Orders in doubt</source>
        <translation>尚不知是否已付：请在待确认订单中处理</translation>
    </message>
    <message id="difference.refund_open">
        <source>Refund on its way: compare again tomorrow</source>
        <translation>退款处理中：请明天再对账</translation>
    </message>
    <message id="difference.in_doubt_captured">
        <source>In doubt here, but charged: settle it as paid</source>
        <translation>本机待确认，实际已扣款：请确认为已付</translation>
    </message>
    <message id="difference.charged_elsewhere">
        <source>Charged, but not paid here: refund it to the customer</source>
        <translation>已扣款但本机未收款：请退还顾客</translation>
    </message>
    <message id="difference.refunded_elsewhere">
        <source>Refunded, but not here: do not refund it again</source>
        <translation>已在别处退款：请勿重复退款</translation>
    </message>
    <message id="difference.double">
        <source>Twice in one of the books: call support</source>
        <translation>同一笔记账两次：请联系技术支持</translation>
    </message>
    <message id="difference.amount">
        <source>Another amount: call support</source>
        <translation>金额不同：请联系技术支持</translation>
    </message>
    <message id="difference.state">
        <source>The books do not agree whether it was done: compare again tomorrow</source>
        <translation>各方状态不一致：请明天再对账</translation>
    </message>
    <message id="difference.order">
        <source>Belongs to another order elsewhere: call support</source>
        <translation>对应的订单不同：请联系技术支持</translation>
    </message>
    <message id="difference.cash_elsewhere">
        <source>Cash here, but charged elsewhere: refund the charge</source>
        <translation>本机收现金，别处又扣款：请退还扣款</translation>
    </message>
    <message id="difference.only_here">
        <source>Only this till knows of it: call support before the goods are given up</source>
        <translation>仅本机有记录：请联系技术支持核实</translation>
    </message>
    <message id="difference.not_in_cloud">
        <source>The cloud does not know it: call support</source>
        <translation>云端无记录：请联系技术支持</translation>
    </message>
    <message id="difference.not_in_bill">
        <source>Not in the provider's bill yet: compare again tomorrow</source>
        <translation>支付机构账单暂无：请明天再对账</translation>
    </message>
    <message id="difference.only_in_bill">
        <source>Only in the provider's bill: ask the provider</source>
        <translation>仅支付机构账单有记录：请向支付机构查询</translation>
    </message>
    <message id="tally.collected">
        <source>{method}: collected later</source>
        <translation>{method}：补收</translation>
    </message>
    <message id="difference.owed">
        <source>On trust, not collected yet: compare again once it is</source>
        <translation>先取后付尚未收款：收款后再对账</translation>
    </message>
    <message id="basket.members_save">
        <source>Members save {amount} here</source>
        <translation>会员可省 {amount}</translation>
    </message>
    <message id="amount.due_off">
        <source>Amount due, {off} off</source>
        <translation>应付金额，已优惠 {off}</translation>
    </message>
    <message id="amount.paid_off">
        <source>Amount paid, {off} off</source>
        <translation>已付金额，已优惠 {off}</translation>
    </message>
    <message id="benefit.coupon">
        <source>{name}</source>
        <translation>{name}</translation>
    </message>
    <message id="benefit.points">
        <source>Pay with points, you have {points}</source>
        <translation>使用积分，现有 {points}</translation>
    </message>
    <message id="benefit.points_used">
        <source>{points} points used</source>
        <translation>已使用 {points} 积分</translation>
    </message>
    <message id="member.level">
        <source>{level} · {points} points</source>
        <translation>{level} · 积分 {points}</translation>
    </message>
    <message id="member.points">
        <source>{points} points</source>
        <translation>积分 {points}</translation>
    </message>
    <message id="cashier.member">
        <source>{name}</source>
        <translation>{name}</translation>
    </message>
    <message id="cashier.member.level">
        <source>{name} · {level} · {points} points</source>
        <translation>{name} · {level} · 积分 {points}</translation>
    </message>
    <message id="cashier.member.points">
        <source>{name} · {points} points</source>
        <translation>{name} · 积分 {points}</translation>
    </message>
    <message id="code.full_price">
        <source>Coupons go with face payment only, please show the code again</source>
        <translation>优惠仅限刷脸支付，请再次出示付款码</translation>
    </message>
    <message id="paid.points_gift">
        <source>Points earned: {earned}, balance: {balance}. A gift for you: {gift}</source>
        <translation>本次积分 {earned}，现有积分 {balance}。送您：{gift}</translation>
    </message>
    <message id="reason.coupon_used">
        <source>Coupon gone: see new amount</source>
        <translation>优惠券已用过，请看新金额</translation>
    </message>
    <message id="reason.coupon_ended">
        <source>Coupon ended: see new amount</source>
        <translation>优惠券已过期，请看新金额</translation>
    </message>
    <message id="reason.points_short">
        <source>Too few points: see amount</source>
        <translation>积分不足，请看新金额</translation>
    </message>
    <message id="reason.benefits_offline">
        <source>No network: no coupons now</source>
        <translation>网络中断，暂不能用优惠</translation>
    </message>
    <message id="button.switch_benefit">
        <source>Use or not</source>
        <translation>使用或不使用</translation>
    </message>
    <message id="today.headline">
        <source>Today so far, {day}</source>
        <translation>今日营业，{day}</translation>
    </message>
    <message id="today.nothing">
        <source>Nothing has been sold yet</source>
        <translation>还没有成交</translation>
    </message>
    <message id="today.sales">
        <source>Sales</source>
        <translation>收款</translation>
    </message>
    <message id="today.refunds">
        <source>Refunds</source>
        <translation>退款</translation>
    </message>
    <message id="today.joined">
        <source>New members</source>
        <translation>新会员</translation>
    </message>
    <message id="today.discounted">
        <source>Membership discounts</source>
        <translation>会员优惠</translation>
    </message>
    <message id="today.held">
        <source>In doubt</source>
        <translation>待确认</translation>
    </message>
    <message id="today.owed">
        <source>On trust</source>
        <translation>先取后付</translation>
    </message>
    <message id="today.cancelled">
        <source>Given up</source>
        <translation>已取消</translation>
    </message>
    <message id="tally.joined">
        <source>Joined: new members</source>
        <translation>新会员</translation>
    </message>
    <message id="button.see_today">
        <source>Today</source>
        <translation>今日</translation>
    </message>
    <message id="tally.discounted">
        <source>{method}: membership discounts</source>
        <translation>{method}：会员优惠</translation>
    </message>
    <message id="button.join">
        <source>Become a member</source>
        <translation>成为会员</translation>
    </message>
    <message id="button.read_all">
        <source>Read all</source>
        <translation>阅读全文</translation>
    </message>
    <message id="button.agree">
        <source>Agree, I am 14 or older</source>
        <translation>同意，我已满 14 周岁</translation>
    </message>
    <message id="button.under_14">
        <source>I am under 14</source>
        <translation>未满 14 周岁</translation>
    </message>
    <message id="button.guardian_agrees">
        <source>I agree as guardian</source>
        <translation>我是监护人，同意</translation>
    </message>
    <message id="button.stop_joining">
        <source>Not now</source>
        <translation>暂不加入</translation>
    </message>
    <message id="button.close">
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message id="join.terms">
        <source>Become a member</source>
        <translation>成为刷脸会员</translation>
    </message>
    <message id="join.terms_detail">
        <source>Tick what your face may be used for. Nothing is sent over the internet; you can withdraw at the till at any time</source>
        <translation>请勾选您同意的用途。面部特征只存在本机，不上传互联网，可随时在收银台撤回</translation>
    </message>
    <message id="join.all_terms">
        <source>Notice on face recognition, version {version}</source>
        <translation>人脸识别告知书（第 {version} 版）</translation>
    </message>
    <message id="join.guardian">
        <source>Below 14, a guardian must agree</source>
        <translation>未满 14 周岁，须由监护人同意</translation>
    </message>
    <message id="join.guardian_phone">
        <source>Phone number of the guardian</source>
        <translation>请输入监护人手机号</translation>
    </message>
    <message id="join.guardian_phone_detail">
        <source>Only its beginning and end are kept, to show who agreed</source>
        <translation>只保留首尾几位，用于记录由谁同意</translation>
    </message>
    <message id="join.phone">
        <source>Your phone number</source>
        <translation>请输入您的手机号</translation>
    </message>
    <message id="join.phone_detail">
        <source>Only the last four digits are kept, to make sure it is you</source>
        <translation>只保留后四位以核对身份</translation>
    </message>
    <message id="join.phone_again">
        <source>That is no phone number. Please check it</source>
        <translation>手机号不正确，请核对</translation>
    </message>
    <message id="join.look">
        <source>Hold still</source>
        <translation>保持不动</translation>
    </message>
    <message id="join.look_detail">
        <source>No photo is kept</source>
        <translation>照片不保存</translation>
    </message>
    <message id="join.keeping">
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message id="join.joined">
        <source>Welcome, you are a member</source>
        <translation>欢迎您成为会员</translation>
    </message>
    <message id="join.joined_detail">
        <source>{name} · From now on you can pay by face</source>
        <translation>{name}，下次可以刷脸付款</translation>
    </message>
    <message id="join.nothing_kept">
        <source>Nothing of you was kept</source>
        <translation>没有保留您的任何信息</translation>
    </message>
    <message id="join.ended_walked_off">
        <source>Nobody answered, joining was ended</source>
        <translation>长时间未操作，已退出加入</translation>
    </message>
    <message id="join.ended_offline">
        <source>The network is down. Please join another time</source>
        <translation>网络中断，请下次再加入</translation>
    </message>
    <message id="join.ended_storage">
        <source>This terminal cannot store anything now. Please join another time</source>
        <translation>本机暂时无法保存，请下次再加入</translation>
    </message>
    <message id="join.ended_no_camera">
        <source>The camera does not work now. Please join another time</source>
        <translation>摄像头暂时不可用，请下次再加入</translation>
    </message>
    <message id="join.ended_not_live">
        <source>No living face was seen, so nobody joined</source>
        <translation>未检测到真人，无法加入</translation>
    </message>
    <message id="join.ended_unclear">
        <source>Your face was not seen clearly. Please try again</source>
        <translation>没有看清您的脸，请重试</translation>
    </message>
    <message id="join.ended_already">
        <source>You are a member already</source>
        <translation>您已经是会员</translation>
    </message>
    <message id="join.ended_too_close">
        <source>Your face is too like another member's. Please pay with a code</source>
        <translation>您的面部与另一位会员太相似，请使用付款码</translation>
    </message>
    <message id="cashier.joining">
        <source>The customer is becoming a member; scan goods to go on</source>
        <translation>顾客正在加入会员；扫商品即可继续收银</translation>
    </message>
    <message id="notice.joining">
        <source>The customer is still becoming a member</source>
        <translation>顾客正在加入会员，请稍候</translation>
    </message>
    <message id="button.tick">
        <source>Tick</source>
        <translation>勾选</translation>
    </message>
    <message id="after.invoice">
        <source>Scan to claim your invoice</source>
        <translation>扫码开发票</translation>
    </message>
    <message id="after.friend">
        <source>Scan to add the shop as a friend</source>
        <translation>扫码加店铺好友</translation>
    </message>
    <message id="after.friend_saves">
        <source>Add the shop as a friend: {discount} off next time</source>
        <translation>扫码加好友，下次立减 {discount}</translation>
    </message>
    <message id="setup.language">
        <source>Choose the language</source>
        <translation>请选择语言</translation>
    </message>
    <message id="setup.language_detail">
        <source>Both screens use it; it can be changed at any time</source>
        <translation>两个屏幕使用同一种语言，以后可以随时更改</translation>
    </message>
    <message id="setup.about">
        <source>This terminal</source>
        <translation>这台终端</translation>
    </message>
    <message id="setup.about_detail">
        <source>Check the serial number against the label on the machine</source>
        <translation>请核对序列号与机身标签</translation>
    </message>
    <message id="setup.code">
        <source>Give this claim code to head office</source>
        <translation>请在总部输入开通码</translation>
    </message>
    <message id="setup.code_detail">
        <source>Good once, for 15 minutes. Or hold an activation QR before the scanner</source>
        <translation>输入或扫描；15 分钟内有效，只能用一次。也可以扫激活二维码</translation>
    </message>
    <message id="setup.no_code">
        <source>Hold an activation QR before the scanner</source>
        <translation>请出示激活二维码</translation>
    </message>
    <message id="setup.no_code_detail">
        <source>Head office cannot be reached, so there is no claim code; an activation QR needs no network</source>
        <translation>连不上总部，无法取得开通码；激活二维码不需要网络</translation>
    </message>
    <message id="setup.code_label">
        <source>Claim code</source>
        <translation>开通码</translation>
    </message>
    <message id="setup.shop">
        <source>This terminal will belong to this shop</source>
        <translation>这台终端将属于这家店</translation>
    </message>
    <message id="setup.shop_detail">
        <source>Right shop and till? Confirm, and it can sell</source>
        <translation>店名和机号对吗？确认后即可收款</translation>
    </message>
    <message id="setup.saving">
        <source>Saving</source>
        <translation>正在保存</translation>
    </message>
    <message id="setup.saving_detail">
        <source>Please wait and leave the power on</source>
        <translation>请稍候，不要断电</translation>
    </message>
    <message id="setup.done">
        <source>Claimed</source>
        <translation>开通完成</translation>
    </message>
    <message id="setup.done_detail">
        <source>Ready to sell in a moment</source>
        <translation>马上就可以收款</translation>
    </message>
    <message id="setup.office_refused">
        <source>Head office does not accept this terminal</source>
        <translation>总部没有接受这台终端</translation>
    </message>
    <message id="setup.office_says">
        <source>Head office says: {why}</source>
        <translation>总部的答复：{why}</translation>
    </message>
    <message id="setup.refused_garbage">
        <source>This is no activation code</source>
        <translation>这不是激活码</translation>
    </message>
    <message id="setup.refused_foreign">
        <source>This code is from another head office</source>
        <translation>这个码不是本公司总部签发的</translation>
    </message>
    <message id="setup.refused_forged">
        <source>The signature of this code is false</source>
        <translation>这个码的签名是假的</translation>
    </message>
    <message id="setup.refused_serial">
        <source>This code is for another terminal</source>
        <translation>这个码是给另一台终端的</translation>
    </message>
    <message id="setup.refused_merchant">
        <source>This code is of another merchant</source>
        <translation>这个码属于另一个商户</translation>
    </message>
    <message id="setup.refused_expired">
        <source>This code has expired</source>
        <translation>这个码已经过期</translation>
    </message>
    <message id="setup.refused_reused">
        <source>This code was used before</source>
        <translation>这个码已经用过</translation>
    </message>
    <message id="setup.refused_detail">
        <source>Ask head office for a new one</source>
        <translation>请向总部要一个新的码</translation>
    </message>
    <message id="setup.trouble_office">
        <source>Head office sent no certificate</source>
        <translation>总部没有发来证书</translation>
    </message>
    <message id="setup.trouble_disk">
        <source>It could not be saved</source>
        <translation>无法保存</translation>
    </message>
    <message id="setup.trouble_papers">
        <source>The certificate from head office does not fit</source>
        <translation>总部发来的证书不对</translation>
    </message>
    <message id="setup.trouble_detail">
        <source>Nothing was changed; try again</source>
        <translation>什么都没有改变，可以再试一次</translation>
    </message>
    <message id="setup.serial">
        <source>Serial number</source>
        <translation>序列号</translation>
    </message>
    <message id="setup.model">
        <source>Model</source>
        <translation>型号</translation>
    </message>
    <message id="setup.versions">
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message id="setup.office">
        <source>Head office</source>
        <translation>总部</translation>
    </message>
    <message id="setup.scanner">
        <source>Scanner</source>
        <translation>扫码器</translation>
    </message>
    <message id="setup.shop_name">
        <source>Shop</source>
        <translation>店名</translation>
    </message>
    <message id="setup.till">
        <source>Till</source>
        <translation>机号</translation>
    </message>
    <message id="setup.shop_id">
        <source>Shop number</source>
        <translation>门店编号</translation>
    </message>
    <message id="setup.device">
        <source>Terminal</source>
        <translation>终端名</translation>
    </message>
    <message id="setup.stands_up">
        <source>works</source>
        <translation>正常</translation>
    </message>
    <message id="setup.stands_none">
        <source>no address is set; activation QR only</source>
        <translation>没有设置地址，只能用激活二维码</translation>
    </message>
    <message id="setup.stands_starting">
        <source>connecting</source>
        <translation>正在连接</translation>
    </message>
    <message id="setup.stands_unreachable">
        <source>not reachable: check the network cable</source>
        <translation>连不上，请检查网线</translation>
    </message>
    <message id="setup.stands_refused">
        <source>refuses this terminal</source>
        <translation>拒绝了这台终端</translation>
    </message>
    <message id="setup.stands_lost">
        <source>the connection broke</source>
        <translation>连接断了</translation>
    </message>
    <message id="setup.stands_absent">
        <source>not found: check its cable</source>
        <translation>没有找到，请检查连线</translation>
    </message>
    <message id="setup.stands_unplugged">
        <source>unplugged</source>
        <translation>被拔掉了</translation>
    </message>
    <message id="setup.stands_failed">
        <source>does not work</source>
        <translation>不工作</translation>
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
        <translation>下一步</translation>
    </message>
    <message id="button.setup_back">
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message id="button.setup_here">
        <source>Yes, this shop</source>
        <translation>确认，就是这家店</translation>
    </message>
    <message id="button.setup_not_here">
        <source>Not this shop</source>
        <translation>不是这家店</translation>
    </message>
    <message id="button.see_agreed">
        <source>What I agreed to</source>
        <translation>我的授权</translation>
    </message>
    <message id="button.withdraw">
        <source>Withdraw and delete</source>
        <translation>撤回并删除</translation>
    </message>
    <message id="button.withdraw_one">
        <source>Take this one back</source>
        <translation>撤回这一项</translation>
    </message>
    <message id="button.keep">
        <source>No, keep it</source>
        <translation>不，保留</translation>
    </message>
    <message id="withdraw.digits">
        <source>What did I agree to?</source>
        <translation>查看我的授权</translation>
    </message>
    <message id="withdraw.digits_detail">
        <source>Enter the last four digits of your phone, then look at the camera</source>
        <translation>请输入手机号后四位，然后看向摄像头</translation>
    </message>
    <message id="withdraw.look">
        <source>Looking for you</source>
        <translation>正在识别</translation>
    </message>
    <message id="withdraw.look_detail">
        <source>So that nobody but you sees it or takes it back</source>
        <translation>只有您本人可以查看和撤回</translation>
    </message>
    <message id="withdraw.asking">
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message id="withdraw.agreed">
        <source>You agreed to this</source>
        <translation>您已同意以下用途</translation>
    </message>
    <message id="withdraw.agreed_detail">
        <source>Touch one to take it back by itself, or take back all</source>
        <translation>点一项可单独撤回，也可全部撤回</translation>
    </message>
    <message id="withdraw.sure">
        <source>Withdraw and delete your face?</source>
        <translation>撤回并删除面部特征？</translation>
    </message>
    <message id="withdraw.sure_one">
        <source>Take this purpose back?</source>
        <translation>撤回这一项？</translation>
    </message>
    <message id="withdraw.taking">
        <source>Deleting</source>
        <translation>正在删除</translation>
    </message>
    <message id="withdraw.gone">
        <source>Your face is deleted</source>
        <translation>面部特征已删除</translation>
    </message>
    <message id="withdraw.gone_detail">
        <source>This terminal no longer knows you. Take a picture of the code: it is your receipt</source>
        <translation>本机不再认识您。请拍下凭证二维码</translation>
    </message>
    <message id="withdraw.gone_one">
        <source>Taken back</source>
        <translation>已撤回</translation>
    </message>
    <message id="withdraw.gone_one_detail">
        <source>The other purpose stays. Take a picture of the code: it is your receipt</source>
        <translation>另一项用途不变。请拍下二维码作为凭证</translation>
    </message>
    <message id="withdraw.receipt">
        <source>Receipt {number}</source>
        <translation>凭证 {number}</translation>
    </message>
    <message id="withdraw.ended_storage">
        <source>It could not be done now. Please ask the cashier</source>
        <translation>暂时无法办理，请联系收银员</translation>
    </message>
    <message id="withdraw.ended_unknown">
        <source>This terminal does not know you</source>
        <translation>本机没有认出您</translation>
    </message>
    <message id="withdraw.ended_no_camera">
        <source>The camera does not work now. Please ask the cashier</source>
        <translation>摄像头暂不可用，请联系收银员</translation>
    </message>
    <message id="withdraw.ended_too_many_tries">
        <source>Too many tries. Please try again later, or ask the cashier</source>
        <translation>尝试次数过多，请稍后再试或联系收银员</translation>
    </message>
    <message id="withdraw.ended_walked_off">
        <source>Nobody answered, the page was closed</source>
        <translation>长时间未操作，已返回</translation>
    </message>
    <message id="withdraw.nothing_changed">
        <source>Nothing was changed</source>
        <translation>没有任何改变</translation>
    </message>
    <message id="cashier.withdrawing">
        <source>The customer looks at what they agreed to; scan goods to go on</source>
        <translation>顾客正在查看授权；扫商品即可继续收银</translation>
    </message>
    <message id="cashier.withdrawn">
        <source>The customer withdrew, the face is deleted. Receipt {number}</source>
        <translation>顾客已撤回授权，面部特征已删除。凭证 {number}</translation>
    </message>
    <message id="cashier.withdrawn_one">
        <source>The customer took one purpose back. Receipt {number}</source>
        <translation>顾客撤回了一项用途。凭证 {number}</translation>
    </message>
    <message id="notice.withdrawn">
        <source>A member took an agreement back; it is done and recorded</source>
        <translation>有会员撤回了授权，已生效并记录</translation>
    </message>
    <message id="notice.withdrawing">
        <source>The customer is still looking at what they agreed to</source>
        <translation>顾客正在查看授权，请稍候</translation>
    </message>
    <message id="setup.receipt">
        <source>This terminal has left shop {shop}, till {till}</source>
        <translation>本终端已离开门店 {shop}，{till} 号机</translation>
    </message>
    <message id="setup.receipt_detail">
        <source>Faces, members, keys and settings are destroyed. Photograph the receipt for head office</source>
        <translation>人脸、会员、密钥和设置已销毁。请拍下这张回执交给总部</translation>
    </message>
    <message id="setup.refused_elsewhere">
        <source>This code is for a terminal in another shop</source>
        <translation>此码属于另一家门店的终端</translation>
    </message>
    <message id="setup.refused_behind">
        <source>Head office does not know yet that this terminal moved here</source>
        <translation>总部还不知道本终端已迁到这家门店</translation>
    </message>
    <message id="leaving.behind_detail">
        <source>Connect it to the network. When head office shows it in this shop, ask for a new code</source>
        <translation>请先联网。总部显示它在本店后，再请总部开新码</translation>
    </message>
    <message id="leaving.terminal">
        <source>This terminal</source>
        <translation>本终端</translation>
    </message>
    <message id="leaving.terminal_detail">
        <source>To move or retire it, hold head office's code before the scanner</source>
        <translation>要迁店或退役，请扫总部的二维码</translation>
    </message>
    <message id="leaving.move">
        <source>Move to {shop}, till {till}</source>
        <translation>迁往 {shop}，{till} 号机</translation>
    </message>
    <message id="leaving.retire">
        <source>Retire this terminal</source>
        <translation>终端退役</translation>
    </message>
    <message id="leaving.ready_detail">
        <source>Members, faces, keys, settings and prices of this shop are destroyed for good</source>
        <translation>本店的会员、人脸、密钥、设置和价格将被永久销毁</translation>
    </message>
    <message id="leaving.not_yet_detail">
        <source>Not yet. Still missing:</source>
        <translation>还不能离店，尚缺：</translation>
    </message>
    <message id="leaving.departing">
        <source>Leaving this shop</source>
        <translation>正在离店……</translation>
    </message>
    <message id="leaving.departing_detail">
        <source>Head office is told; then the terminal starts again</source>
        <translation>正在通知总部，随后终端会重新启动</translation>
    </message>
    <message id="leaving.missing_customer">
        <source>A customer is being served: finish or cancel</source>
        <translation>有顾客正在结账：请完成或取消</translation>
    </message>
    <message id="leaving.missing_doubt">
        <source>Orders in doubt: {count}. Settle them (F4)</source>
        <translation>{count} 笔待确认订单：请先确认（F4）</translation>
    </message>
    <message id="leaving.missing_debts">
        <source>Debts still asked for: {count}. Wait for them</source>
        <translation>{count} 笔欠款仍在收取：请等待</translation>
    </message>
    <message id="leaving.missing_refunds">
        <source>Refunds on their way: {count}. Wait for the bank</source>
        <translation>{count} 笔退款在途：请等待银行</translation>
    </message>
    <message id="leaving.missing_day">
        <source>Days not closed: {count}. Close them (F6)</source>
        <translation>{count} 天未日结：请先日结（F6）</translation>
    </message>
    <message id="leaving.missing_unsent">
        <source>Records not sent: {count}. Wait for the link</source>
        <translation>{count} 条记录未上传：请等待网络</translation>
    </message>
    <message id="leaving.missing_parked">
        <source>Records that the cloud refused: {count} (hyla records)</source>
        <translation>{count} 条记录被云端拒收：hyla records</translation>
    </message>
    <message id="notice.leaving">
        <source>This terminal is leaving its shop</source>
        <translation>本终端正在离店</translation>
    </message>
    <message id="notice.leaving_unsent">
        <source>Something new is unsent. Look again</source>
        <translation>又有未上传的记录，请再看一次</translation>
    </message>
    <message id="notice.leaving_key">
        <source>The receipt could not be signed. Nothing was changed</source>
        <translation>无法签发回执，没有任何改动</translation>
    </message>
    <message id="notice.leaving_disk">
        <source>The disk refused. Nothing was changed</source>
        <translation>磁盘拒绝写入，没有任何改动</translation>
    </message>
    <message id="button.see_terminal">
        <source>This terminal</source>
        <translation>本终端</translation>
    </message>
    <message id="button.leave_shop">
        <source>Leave this shop</source>
        <translation>离开本店</translation>
    </message>
    <message id="slip.reading">
        <source>Receipt: reading the goods</source>
        <translation>小票：正在读取商品……</translation>
    </message>
    <message id="slip.first">
        <source>Receipt</source>
        <translation>小票</translation>
    </message>
    <message id="slip.copy">
        <source>Receipt, COPY {copy}</source>
        <translation>小票 · 副本 {copy}</translation>
    </message>
    <message id="slip.goods_unknown">
        <source>The goods of this order were not kept; only its total is known</source>
        <translation>未保存该订单的商品，只知道合计</translation>
    </message>
    <message id="slip.tendered">
        <source>Received in cash</source>
        <translation>实收现金</translation>
    </message>
    <message id="slip.change">
        <source>Change</source>
        <translation>找零</translation>
    </message>
    <message id="button.see_slip">
        <source>Receipt</source>
        <translation>小票</translation>
    </message>
    <message id="device.printer">
        <source>Printer</source>
        <translation>打印机</translation>
    </message>
    <message id="cause.printer.absent">
        <source>Printer not found: check its cable and power</source>
        <translation>未找到打印机，请检查连线和电源</translation>
    </message>
    <message id="cause.printer.unplugged">
        <source>Printer unplugged: check its cable and power</source>
        <translation>打印机断开，请检查连线和电源</translation>
    </message>
    <message id="cause.printer.silent">
        <source>The printer does not answer: switch it on</source>
        <translation>打印机没有反应，请打开电源</translation>
    </message>
    <message id="cause.printer.paper">
        <source>The printer is out of paper: put in a new roll</source>
        <translation>打印机缺纸，请换一卷纸</translation>
    </message>
    <message id="cause.printer.cover">
        <source>The printer's cover is open: close it</source>
        <translation>打印机盖子开着，请合上</translation>
    </message>
    <message id="cause.printer.starting">
        <source>The printer is starting, please wait</source>
        <translation>打印机正在启动，请稍候</translation>
    </message>
    <message id="cause.printer.failed">
        <source>The printer is not working: switch it off and on again</source>
        <translation>打印机故障，请关掉电源再打开</translation>
    </message>
    <message id="cause.printer.unread">
        <source>The order could not be read: try again behind the till (F6)</source>
        <translation>没有读到这一单，请到店务按 F6 再试</translation>
    </message>
    <message id="cashier.unprinted">
        <source>No receipt came out. {cause}</source>
        <translation>小票没有打印。{cause}</translation>
    </message>
    <message id="cashier.drawer_shut">
        <source>The drawer did not open: use its key</source>
        <translation>钱箱没有打开，请用钥匙打开</translation>
    </message>
    <message id="button.print_slip">
        <source>Print receipt</source>
        <translation>打印小票</translation>
    </message>
    <message id="notice.slip_unread">
        <source>The receipt cannot be read now. Try again</source>
        <translation>现在无法读取小票，请重试</translation>
    </message>
    <message id="button.more">
        <source>1 more</source>
        <translation>加一件</translation>
    </message>
    <message id="button.fewer">
        <source>1 less</source>
        <translation>减一件</translation>
    </message>
    <message id="button.remove_line">
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message id="cashier.amount_label">
        <source>No barcode? Type amount</source>
        <translation>没有条码？输入金额</translation>
    </message>
    <message id="notice.amount_typed">
        <source>Type {least} to {most}</source>
        <translation>金额须在 {least} 至 {most} 之间</translation>
    </message>
    <message id="notice.quantity_max">
        <source>There are 999 of it: no line has more</source>
        <translation>已有 999 件，一行不能再多</translation>
    </message>
    <message id="office.debts_open">
        <source>Debts not yet collected: {count}, {sum}</source>
        <translation>欠款未收：{count} 笔，共 {sum}</translation>
    </message>
    <message id="office.both_open">
        <source>Refunds not yet done: {refunds}. Debts not yet collected: {debts}, {sum}</source>
        <translation>退款处理中：{refunds} 笔；欠款未收：{debts} 笔，共 {sum}</translation>
    </message>
    <message id="office.taken_over">
        <source>Taken over · {standing}</source>
        <translation>由旧机转来 · {standing}</translation>
    </message>
    <message id="debt.reserved">
        <source>To be collected</source>
        <translation>等待收取</translation>
    </message>
    <message id="debt.collecting">
        <source>Being collected</source>
        <translation>正在收取</translation>
    </message>
    <message id="debt.refused">
        <source>Refused, asked for again later</source>
        <translation>未收到，稍后再收</translation>
    </message>
    <message id="debt.named">
        <source>Not charged, and not asked for any more</source>
        <translation>收不到，不再自动收取</translation>
    </message>
</context>
</TS>
