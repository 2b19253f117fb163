import type { FindingNote } from './judgement.ts'
import { TAG_FINDING_TEXTS } from './tags/tag-finding-texts.ts'
import type { Language } from './verdict-texts.ts'

/** One text in the languages of the service; `{name}` stands for a value of the finding. */
type Text = Readonly<Record<Language, string>>

/** What is said of each finding. The words never call the object itself real or fake: see verdict-texts.ts. */
export const FINDING_TEXTS = {
  registered: {
    en: 'registered by {brand} on {date}',
    fr: 'enregistré par {brand} le {date}',
    'zh-Hans': '由 {brand} 于 {date} 登记',
  },
  registered_foreign_host: {
    en: 'the number is registered, but the link that was scanned points at {host}, which is neither this service nor the brand',
    fr: 'le numéro est enregistré, mais le lien scanné mène à {host}, qui n’est ni ce service ni la marque',
    'zh-Hans': '编号已登记，但所扫描的链接指向 {host}，既非本服务，也非该品牌的网站',
  },
  no_record: {
    en: 'no record with this service',
    fr: 'aucune inscription auprès de ce service',
    'zh-Hans': '本服务没有该编号的记录',
  },
  no_record_of_brand: {
    en: 'no record with this service; the number begins like those of {brand}',
    fr: 'aucune inscription auprès de ce service ; le numéro commence comme ceux de {brand}',
    'zh-Hans': '本服务没有该编号的记录；编号前缀属于 {brand}',
  },
  no_record_foreign_host: {
    en: 'no record with this service, and the link that was scanned points at {host}, which is neither this service nor a brand of it',
    fr: 'aucune inscription auprès de ce service, et le lien scanné mène à {host}, qui n’est ni ce service ni une de ses marques',
    'zh-Hans': '本服务没有该编号的记录；所扫描的链接指向 {host}，既非本服务，也非其品牌的网站',
  },
  issuer_unknown: {
    en: 'no record with this service: the issuer {issuer} is not one of its brands',
    fr: 'aucune inscription auprès de ce service : l’émetteur {issuer} n’est pas une de ses marques',
    'zh-Hans': '本服务没有相关记录：签发方 {issuer} 不是本服务的品牌',
  },
  signed_not_registered: {
    en: 'signed with a key of {brand}, but no such item was registered with this service',
    fr: 'signé avec une clé de {brand}, mais aucun objet de ce numéro n’est enregistré auprès de ce service',
    'zh-Hans': '由 {brand} 的密钥签名，但本服务没有登记过该物品',
  },
  bytes_differ: {
    en: 'this is not the certificate that {brand} registered for this item',
    fr: 'ce n’est pas le certificat que {brand} a enregistré pour cet objet',
    'zh-Hans': '这不是 {brand} 为该物品登记的证书',
  },
  copy_damaged: {
    en: 'this service’s copy of the record is damaged; the operator has been told',
    fr: 'la copie de l’inscription détenue par ce service est endommagée ; l’exploitant en est averti',
    'zh-Hans': '本服务的记录副本已损坏，已通知运营方',
  },
  store_unreadable: {
    en: 'the records cannot be read at the moment',
    fr: 'les inscriptions ne peuvent pas être lues pour le moment',
    'zh-Hans': '目前无法读取记录',
  },
  signed: {
    en: 'ES256, key registered {date}',
    fr: 'ES256, clé enregistrée le {date}',
    'zh-Hans': 'ES256，密钥登记于 {date}',
  },
  key_not_read: {
    en: 'the signature fits the brand’s key; the key’s registration on the chain was not read',
    fr: 'la signature correspond à la clé de la marque ; l’inscription de la clé sur la chaîne n’a pas été lue',
    'zh-Hans': '签名与品牌密钥相符；尚未读取密钥在链上的登记',
  },
  certificate_unreadable: {
    en: 'not a certificate as a brand issues them: {fault}',
    fr: 'ce n’est pas un certificat tel qu’une marque en émet : {fault}',
    'zh-Hans': '不是品牌签发的证书：{fault}',
  },
  key_not_of_brand: {
    en: 'names {brand}, but not signed with a key of {brand}',
    fr: 'nomme {brand}, mais n’est pas signé avec une clé de {brand}',
    'zh-Hans': '自称来自 {brand}，但并非由 {brand} 的密钥签名',
  },
  signature_wrong: {
    en: 'the signature is not by {brand}, or the content was changed after signing',
    fr: 'la signature n’est pas de {brand}, ou le contenu a été modifié après la signature',
    'zh-Hans': '签名并非出自 {brand}，或内容在签名后被更改',
  },
  key_not_on_chain: {
    en: 'the key is not registered on the chain for {brand}',
    fr: 'la clé n’est pas inscrite sur la chaîne pour {brand}',
    'zh-Hans': '该密钥未在链上登记给 {brand}',
  },
  key_not_in_force: {
    en: 'the key of {brand} was not in force when the item was anchored',
    fr: 'la clé de {brand} n’était pas en vigueur lorsque l’objet a été ancré',
    'zh-Hans': '物品锚定上链时，{brand} 的该密钥并未生效',
  },
  key_stolen_before_anchor: {
    en: 'signed with a key the brand reported stolen before the anchor',
    fr: 'signé avec une clé que la marque a déclarée volée avant l’ancrage',
    'zh-Hans': '所用密钥在锚定之前已被品牌报告失窃',
  },
  anchored: {
    en: 'anchored in block {block} at {time}, {count} confirmations',
    fr: 'ancré dans le bloc {block} à {time}, {count} confirmations',
    'zh-Hans': '锚定于区块 {block}（{time}），{count} 次确认',
  },
  anchor_not_final: {
    en: 'anchored in block {block}, which is not final yet ({count} confirmations)',
    fr: 'ancré dans le bloc {block}, qui n’est pas encore définitif ({count} confirmations)',
    'zh-Hans': '锚定于区块 {block}，该区块尚未最终确认（{count} 次确认）',
  },
  not_anchored_yet: {
    en: 'the registration is being written to the chain',
    fr: 'l’enregistrement est en cours d’écriture sur la chaîne',
    'zh-Hans': '登记正在写入区块链',
  },
  anchor_not_at_block: {
    en: 'the anchor is not on the chain at block {block}',
    fr: 'l’ancrage n’est pas sur la chaîne au bloc {block}',
    'zh-Hans': '在区块 {block} 处链上没有该锚定',
  },
  chain_unreachable: {
    en: 'the chain cannot be read at the moment',
    fr: 'la chaîne ne peut pas être lue pour le moment',
    'zh-Hans': '目前无法读取区块链',
  },
  anchored_by_other_brand: {
    en: 'the root on the chain was not anchored by {brand}',
    fr: 'la racine inscrite sur la chaîne n’a pas été ancrée par {brand}',
    'zh-Hans': '链上的根并非由 {brand} 锚定',
  },
  anchor_of_other_shape: {
    en: 'the anchor on the chain does not fit this service’s record; the operator has been told',
    fr: 'l’ancrage sur la chaîne ne correspond pas à l’inscription de ce service ; l’exploitant en est averti',
    'zh-Hans': '链上的锚定与本服务的记录不符，已通知运营方',
  },
  brand_suspended: {
    en: '{brand} has been suspended since {date}; its records are not vouched for',
    fr: '{brand} est suspendue depuis le {date} ; ses inscriptions ne sont plus garanties',
    'zh-Hans': '{brand} 自 {date} 起被暂停；其记录不予担保',
  },
  revoked: {
    en: 'revoked by the brand',
    fr: 'révoqué par la marque',
    'zh-Hans': '已被品牌撤销',
  },
  not_revoked: { en: 'not revoked', fr: 'non révoqué', 'zh-Hans': '未被撤销' },
  recalled: {
    en: 'recalled by the brand',
    fr: 'rappelé par la marque',
    'zh-Hans': '已被品牌召回',
  },
  not_recalled: { en: 'not recalled', fr: 'non rappelé', 'zh-Hans': '未被召回' },
  not_reached: { en: 'not checked', fr: 'non vérifié', 'zh-Hans': '未检查' },
  ownership_not_read: {
    en: 'whose the item is was not read',
    fr: 'le propriétaire de l’objet n’a pas été lu',
    'zh-Hans': '未读取物品的所有权',
  },
  unclaimed: {
    en: 'nobody has claimed the item yet',
    fr: 'personne n’a encore revendiqué l’objet',
    'zh-Hans': '尚无人认领该物品',
  },
  claimed: {
    en: 'the item has had an owner since {date}',
    fr: 'l’objet a un propriétaire depuis le {date}',
    'zh-Hans': '该物品自 {date} 起有主',
  },
  owner_answered: {
    en: 'the owner answered a fresh question just now',
    fr: 'le propriétaire vient de répondre à une question nouvelle',
    'zh-Hans': '所有者刚刚应答了一次新的询问',
  },
  code_shown: {
    en: 'nobody has claimed the item, and whoever holds it knows the hidden code',
    fr: 'personne n’a revendiqué l’objet, et la personne qui le détient connaît le code caché',
    'zh-Hans': '尚无人认领该物品，持有人知道隐藏的代码',
  },
  answer_outdated: {
    en: 'the item has changed since its owner answered; ask again',
    fr: 'l’objet a changé depuis la réponse du propriétaire ; demandez à nouveau',
    'zh-Hans': '所有者应答之后物品状态已变更，请重新询问',
  },
  recovery_pending: {
    en: 'the brand was asked to give the item to a new owner; the present owner may object until {date}',
    fr: 'la marque a été priée de remettre l’objet à un nouveau propriétaire ; l’actuel peut s’y opposer jusqu’au {date}',
    'zh-Hans': '品牌收到将物品转给新所有者的请求；现所有者可在 {date} 前提出异议',
  },
  reported_stolen_by_owner: {
    en: 'reported stolen by its owner on {date}',
    fr: 'déclaré volé par son propriétaire le {date}',
    'zh-Hans': '所有者于 {date} 报告被盗',
  },
  reported_stolen_by_brand: {
    en: 'reported stolen by the brand on {date}',
    fr: 'déclaré volé par la marque le {date}',
    'zh-Hans': '品牌于 {date} 报告被盗',
  },
  scan_pattern_not_scored: {
    en: 'the history of scans is not judged yet: a copied label is not noticed here',
    fr: 'l’historique des scans n’est pas encore évalué : une étiquette copiée n’est pas remarquée ici',
    'zh-Hans': '尚未评估扫描历史：此处无法发现被复制的标签',
  },
  ...TAG_FINDING_TEXTS,
} as const satisfies Record<string, Text>

export type FindingCode = keyof typeof FINDING_TEXTS

/** Puts a finding into words. */
export function findingText(finding: FindingNote, language: Language): string {
  return FINDING_TEXTS[finding.code][language].replace(
    /\{(\w+)\}/g,
    (_, name: string) => finding.values[name] ?? '',
  )
}
