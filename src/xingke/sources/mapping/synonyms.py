"""What people call the canonical columns in their files, in Chinese and English, beside the labels of the schema."""

from collections.abc import Mapping

SYNONYMS: Mapping[str, str] = {
    "source_id": (
        "客户编号 客户编码 客户代码 客户号 客户ID 编号 编码 代码 会员编号 会员号 会员卡号 卡号 会员ID 零售户编号 "
        "零售户编码 商户编号 门店编号 用户ID 用户编号 customer_id customer_no customer_number customer_code customer_key "
        "client_id account_id account_no member_id member_no user_id cust_id cust_no buyer_id id no code 客户号码 "
        "顾客编号 学员编号 学号 学生编号 患者编号 病历号 就诊卡号 线索编号 线索ID 合作伙伴编号 往来单位编码 终端编码 "
        "网点编号 用户标识"
    ),
    "customer_key": (
        "客户编号 客户编码 客户代码 客户号 客户ID 会员编号 会员号 会员卡号 卡号 会员ID 零售户编号 零售户编码 商户编号 "
        "门店编号 买家ID 用户ID 用户编号 许可证号 customer customer_id customer_no customer_number customer_code "
        "client_id account_id account_no member_id member_no user_id cust_id cust_no buyer_id buyer.id customer.id "
        "用户标识 顾客编号 顾客ID 学员编号 学号 学生编号 患者编号 病历号 就诊卡号 往来单位编码 终端编码 网点编号 "
        "买家账号 买家账户 买家昵称 买家会员名 对方账户 对方账号 付款方账号 付款账号 付款人 付款方 用户名 会员账号 会员 "
        "客户 顾客 购货单位 购货单位编码 客户全名"
    ),
    "name": (
        "名称 店名 客户名称 门店名称 商户名称 零售户名称 企业名称 单位名称 公司名称 客户 字号 招牌 会员姓名 姓名 name "
        "customer_name shop_name store_name company company_name client_name account_name member_name full_name "
        "buyer.name 顾客姓名 学员姓名 学生姓名 患者姓名 病人姓名 往来单位 往来单位名称 终端名称 网点名称 单位全名 "
        "客户全称 客户姓名 买家姓名 收货人 收货人姓名 付款人 购货单位 顾客 学员 患者 昵称 会员昵称 会员名称 线索姓名"
    ),
    "owner_name": (
        "负责人 经营者 店主 老板 法人 法定代表人 联系人 持证人 业主 联系人姓名 经营者姓名 owner owner_name contact "
        "contact_name contact_person 店主姓名 负责人姓名 家长姓名 家长 监护人"
    ),
    "phone": (
        "电话 手机 手机号 手机号码 联系电话 联系方式 电话号码 移动电话 联系手机 固话 座机 会员手机 phone mobile tel "
        "telephone cell phone_number mobile_no contact_phone buyer.phone 联系人电话 联系人手机 家长电话 家长手机 "
        "收货人手机 收货人电话 买家电话 会员电话 顾客手机 手机号(必填) 绑定手机"
    ),
    "address": (
        "地址 住址 详细地址 经营地址 店铺地址 门店地址 联系地址 收货地址 送货地址 注册地址 address street addr "
        "shipping_address street_address"
    ),
    "licence_no": (
        "许可证号 许可证 许可证号码 专卖证号 烟草证号 证号 烟草专卖零售许可证号 licence licence_no license license_no "
        "license_number permit_no"
    ),
    "uscc": "统一社会信用代码 社会信用代码 信用代码 税号 纳税人识别号 营业执照号 uscc credit_code tax_id",
    "id_number": "身份证 身份证号 身份证号码 证件号 证件号码 id_card id_number identity_no",
    "email": "邮箱 电子邮箱 邮件 电子邮件 email e-mail mail email_address",
    "open_id": "openid open_id 微信号 微信 unionid wechat wechat_id 用户标识",
    "county": "县区 区县 区域 所在区县 县 区 行政区 片区 county district area 城区",
    "format": "业态 经营业态 店铺类型 门店类型 类型 format store_type shop_type",
    "registered_on": (
        "登记日期 注册日期 建档日期 开户日期 入会日期 创建时间 注册时间 开卡日期 registered created created_at "
        "signup_date since opened 入会时间 办卡日期 建卡日期 入学日期 报名日期 首诊日期 录入时间 获取时间 留资时间"
    ),
    "org_path": "组织路径 部门 所属部门 分公司 org department",
    "market_type": "市场类型 城乡 城乡类型 market_type",
    "grade": "档位 客户档位 档级 grade",
    "licence_status": "许可证状态 证件状态 licence_status license_status",
    "licence_valid_until": "许可证有效期 有效期至 有效期 到期日 证件到期日 许可证有效期至 valid_until expires expiry license_expiry",
    "updated_on": "更新日期 修改日期 最近更新 更新时间 updated updated_at modified last_modified",
    "kind": "类别 类型 分类 kind type",
    "order_key": (
        "订单号 订单编号 订单 单号 单据号 单据编号 销售单号 小票号 流水号 交易号 交易单号 合同号 order order_id order_no "
        "order_number receipt receipt_no invoice invoice_no transaction_id order.no ticket_no 商户订单号 商家订单号 "
        "商户单号 外部订单号 主订单编号 销售订单号 小票编号 收银单号 票号 凭证号 凭证编号 结账单号 账单号 缴费单号 "
        "就诊号 处方号 平台订单号 美团订单号 饿了么订单号 支付流水号 参考号 系统参考号 出库单号 发货单号 交易流水号 "
        "订单序号 微信订单号 支付宝交易号"
    ),
    "line_no": "行号 行次 明细行号 分录号 line line_no line_number item_no",
    "ordered_on": (
        "日期 订单日期 下单日期 订货日期 销售日期 交易日期 购买日期 消费日期 单据日期 业务日期 开单日期 下单时间 订单时间 "
        "消费时间 交易时间 时间 付款时间 date day order_date ordered ordered_on ordered_at sale_date purchase_date "
        "transaction_date invoice_date order_time order.time created_at time 支付时间 支付日期 成交时间 成交日期 "
        "收款时间 结账时间 收银时间 缴费日期 缴费时间 就诊日期 就诊时间 收费时间 收费日期 签单日期 制单日期 创建时间 "
        "订单创建时间 订单付款时间 发生时间 记账日期 订货时间 开票日期 出库日期 营业日期 交易创建时间 完成时间"
    ),
    "product_key": (
        "商品编号 商品编码 商品代码 产品编号 产品编码 货号 条码 条形码 卷烟编码 SKU 物料编码 品号 商品条码 product "
        "product_id product_code sku item_code item_id barcode article items.sku 存货编码 存货编号 商品SKU 单品编码 "
        "商品货号 菜品编号 项目编码"
    ),
    "product_name": (
        "品名 商品名称 商品 产品名称 产品 货品名称 卷烟名称 品规 规格名称 项目 消费项目 服务项目 物料名称 product_name "
        "item item_name description items.name items.title 存货名称 菜品 菜品名称 单品名称 商品标题 宝贝标题 商品信息 "
        "项目名称 收费项目 课程 课程名称 套餐 套餐名称 卡项 服务内容 药品名称 货物名称 产品名 货品"
    ),
    "price_class": "价类 价位段 price_class",
    "quantity_units": (
        "数量 销量 订购量 订货量 件数 条数 购买数量 销售数量 次数 quantity qty units amount_ordered items.qty "
        "items.quantity items.n count 订单量 订货数量 订购数量 商品数量 购买件数 份数 课时数 课时 实发数量 出库数量 "
        "发货数量 宝贝总数量 商品总数 节数 净重 重量"
    ),
    "amount_yuan": (
        "金额 销售额 销售金额 订单金额 实付 实付金额 实收 实收金额 应收金额 付款金额 消费金额 总价 小计金额 合计金额 "
        "价税合计 成交金额 订货金额 amount total total_price sales revenue paid net_amount line_total items.amount "
        "items.total"
    ),
    "discount_yuan": (
        "优惠 优惠金额 折扣 折扣金额 减免 抵扣 discount discount_amount coupon items.discount 优惠合计 优惠总额 会员优惠 "
        "折让 让利 整单优惠 立减"
    ),
    "channel": (
        "渠道 下单渠道 来源渠道 销售渠道 订货方式 channel source_channel via 支付方式 付款方式 收款方式 结算方式 订单来源 平台 来源平台"
    ),
    "category": "品类 类别 分类 商品类别 商品分类 大类 category product_category class",
    "brand": "品牌 牌号 brand",
    "maker": "厂商 生产厂家 厂家 制造商 生产企业 产地 供应商 maker manufacturer vendor producer supplier",
    "pack_units": "每件数量 装箱数 包装规格 件装量 箱规 规格 units_per_pack pack_size case_size",
    "list_price_yuan": "标价 单价 零售价 售价 批发价 价格 建议零售价 吊牌价 list_price price unit_price retail_price rrp",
    "listed_on": "上市日期 上架日期 listed launch_date",
    "touch_id": "触达编号 消息编号 发送编号 message_id touch_id send_id event_id",
    "touched_at": "触达时间 发送时间 推送时间 打开时间 事件时间 sent_at touched_at event_time sent_time",
    "touched_on": "触达日期 发送日期 推送日期 sent_on touch_date",
    "campaign_key": "活动编号 活动 活动名称 推广活动 campaign campaign_id campaign_name",
    "detail": "说明 备注 详情 内容 detail remark note comment",
    "stock_cartons": "库存 库存量 库存数量 现有库存 结存 结存数量 可用库存 stock stock_qty on_hand inventory qty_on_hand",
    "counted_on": "盘点日期 库存日期 统计日期 盘点时间 counted count_date stock_date as_of",
    "home_unit": "门店 常去门店 所属门店 开卡门店 归属门店 店铺 分店 home_store store shop club",
    "joined_on": "入会日期 入会时间 开卡日期 注册日期 加入日期 办卡日期 joined join_date member_since",
    "expires_on": "到期日期 到期日 会员到期日 有效期至 截止日期 expires expiry_date",
    "gender": "性别 gender sex",
    "age_band": "年龄段 年龄 age age_band",
    "join_channel": "入会渠道 来源 客户来源 获客渠道 join_channel source",
    "visited_at": "到店时间 进店时间 签到时间 visited_at checkin_time",
    "visited_on": "到店日期 签到日期 拜访日期 走访日期 visit_date visited_on",
    "visit_key": "到店编号 签到编号 拜访编号 visit_id",
    "unit": "门店 单位 店铺 场馆 store unit shop",
    "activity": "项目 课程 activity course",
    "birth_year": "出生年 出生年份 birth_year",
    "rating": "评分 满意度 评价 rating score",
    "opened_on": "受理日期 开户日期 提交日期 opened_on opened",
    "opened_at": "受理时间 提交时间 来电时间 opened_at",
    "status": "状态 许可证状态 status",
    "valid_until": "有效期至 有效期止 valid_until",
    "issued_on": "发证日期 issued issue_date",
}
"""Words by canonical column, blanks between them."""

OTHERS = "商品|产品|品名|品项|物料|存货|菜品|单品|货品|项目|课程|套餐|规格|品牌|活动|优惠|券"
STAFF = (
    "收银|业务员|导购|操作|店员|员工|销售员|客户经理|顾问|教练|医生|老师|教师|制单|审核|经手|配送员|骑手|快递|物流|"
    "服务员|录入|跟进|推荐|介绍|归属|负责销售"
)
PLACES = (
    "城市|省份?|市$|地区|区域|区县|仓库|银行|支付|付款方式|渠道|类别|分类|类型|状态|门店|店铺|商户|部门|单位$|city|"
    "bank|store|shop|status|type"
)
VETOES: Mapping[str, str] = {
    "name": f"{OTHERS}|{STAFF}|{PLACES}|开户|文件|币种",
    "owner_name": f"{OTHERS}|{STAFF}|{PLACES}|会员$|昵称|店名|公司",
    "phone": f"{STAFF}|客服|门店|商家|店铺",
    "source_id": f"{OTHERS}|{STAFF}|订单|单据|流水|交易|商户|设备|门店|批次|发票|退款|支付|终端机|凭证|条码|身份|邮政|区划",
    "customer_key": (
        f"姓名|名称$|昵称|{OTHERS}|{STAFF}|订单|单据|流水|商户|设备|门店|店铺|批次|发票|退款|"
        "类型|等级|分组|标签|来源|地址|电话|级别|状态|优惠"
    ),
    "order_key": "退款|商品|子订单|状态|数量|金额|序列|类型|备注|来源|时间|日期|批次|原单|关联",
    "ordered_on": (
        "注册|入会|生日|出生|到期|有效|导出|打印|发货|送达|退款|预计|更新|最近|上次|首次|修改|截止|开卡|办卡|更改|确认|"
        "审核|结束|期限|盘点|登记|建档|开通|生产|要求"
    ),
    "product_key": "订单|客户|会员|数量|金额|分类|类别|状态|类型|单价",
    "product_name": "价$|额$|费|原价|数量|单价|金额|总|折扣|优惠|编码|编号|条码|分类|类别|种类|单位|规格|状态|备注",
    "quantity_units": (
        "需求|要货|申请|计划|退|库存|赠|可用|剩余|积分|笔数|人数|次数上限|客单|成本|金额|单价|未|欠|限量|上限|累计|近|总课时|剩"
    ),
    "amount_yuan": (
        "累计|余额|储值|充值|服务费|手续费|佣金|运费|配送费|单价|成本|毛利|利润|税额|税率|押金|积分|优惠|折扣|抵扣|退款|"
        "退货|券|红包|到账|结算|最近|上次|近.{0,2}月|目标|额度|欠|"
        "未收|未付|代金|补贴|打包|餐盒|预付|定金|尾款|分成|承担|商家|平台|提成|预算|标价|原价|零售价|均|每|月$"
    ),
    "discount_yuan": "率|方式|名称|类型|后|前|说明",
    "list_price_yuan": "实付|实收|金额|成本",
    "format": "交易|订单|支付|退款|单据|商品|活动|会员|客户|付款|业务|账务|收支|卡|票|证件",
    "kind": "交易|订单|支付|退款|单据|商品|活动|付款|业务|账务|卡|票|证件",
    "open_id": "订单|支付|昵称|商户|退款",
    "county": "商圈",
    "address": "退|仓|门店|店铺|商家|ip|mac|网",
    "licence_no": "状态|有效|到期|类型|车牌",
    "email": "状态",
    "grade": "会员|信用",
    "status": "订单|交易|支付|退款",
    "licence_status": "订单|交易|支付|退款",
    "channel": "费|金额|单号|流水|说明",
    "category": "客户|会员|交易|业务|支付",
    "registered_on": "退|到期",
    "detail": "金额",
}
"""By canonical column what a name must not hold, unless it is one of the words themselves."""

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉"
    "缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官"
)
"""The usual family names."""

NOT_GIVEN = frozenset("店行部厂司馆号市区县镇路街村品类型员户元件条包盒瓶箱袋")
"""Characters that hardly end the name of a person."""

CHOICES: Mapping[str, Mapping[str, str]] = {
    "licence_status": {
        "有效": "valid",
        "正常": "valid",
        "在用": "valid",
        "停业": "paused",
        "暂停": "paused",
        "歇业": "paused",
        "过期": "expired",
        "到期": "expired",
        "注销": "revoked",
        "吊销": "revoked",
        "无需": "not_needed",
    },
    "kind": {
        "零售户": "outlet",
        "门店": "outlet",
        "商户": "outlet",
        "店铺": "outlet",
        "个人": "consumer",
        "会员": "consumer",
        "消费者": "consumer",
        "顾客": "consumer",
        "线索": "lead",
        "潜在客户": "lead",
        "企业": "account",
        "公司": "account",
        "单位": "account",
        "发送": "sent",
        "已发送": "sent",
        "送达": "delivered",
        "已送达": "delivered",
        "失败": "failed",
        "打开": "opened",
        "已打开": "opened",
        "已读": "opened",
        "点击": "clicked",
        "回复": "replied",
        "核销": "redeemed",
        "退订": "opted_out",
    },
    "gender": {
        "女": "female",
        "男": "male",
        "f": "female",
        "m": "male",
        "女士": "female",
        "先生": "male",
    },
    "status": {
        "有效": "valid",
        "正常": "valid",
        "停业": "paused",
        "暂停": "paused",
        "过期": "expired",
        "注销": "revoked",
        "吊销": "revoked",
    },
    "unit": {
        "条": "carton",
        "包": "pack",
    },
}
"""Chinese words for the values of closed lists, by canonical column; those that the column's own list does not hold are left out."""

CIGARETTE_UNITS: Mapping[str, str] = {"箱": "250", "件": "50", "条": "1", "包": "0.1", "盒": "0.1", "支": "0.005"}
"""Cartons of 200 in each trade unit."""

PIECES = ("个", *"瓶份盒件套包袋箱条支次张杯桶罐台只双斤", "kg", "pcs", "pc", "ea")
TOTALS = tuple(
    word.replace("_", " ")
    for word in [
        "合计",
        "总计",
        "小计",
        "本页小计",
        "本页合计",
        "合_计",
        "总_计",
        "小_计",
        "合计：",
        "总计：",
        "合计:",
        "Total",
        "TOTAL",
        "total",
        "Grand_Total",
        "Subtotal",
        "Sum",
    ]
)
"""How a row of totals begins."""
