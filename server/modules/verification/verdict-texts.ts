import type { VerdictKind } from './types.ts'

/** Languages of the service, as BCP 47 tags. */
export const LANGUAGES = ['en', 'fr', 'zh-Hans'] as const
export type Language = (typeof LANGUAGES)[number]

/** What is said of a verdict: its name, what it means, what to do. */
export type VerdictText = { readonly headline: string; readonly meaning: string; readonly advice: string }

/** How a verdict is shown beside its words, so that it is never told by colour alone. */
export type VerdictLook = { readonly symbol: string; readonly tone: 'good' | 'warn' | 'bad' | 'neutral' }

export const VERDICT_LOOKS: Readonly<Record<VerdictKind, VerdictLook>> = {
  verified: { symbol: '✓', tone: 'good' },
  suspected_clone: { symbol: '⚠', tone: 'warn' },
  reported_stolen: { symbol: '✕', tone: 'bad' },
  recalled: { symbol: '!', tone: 'warn' },
  revoked: { symbol: '✕', tone: 'bad' },
  not_registered: { symbol: '∅', tone: 'warn' },
  forged: { symbol: '✕', tone: 'bad' },
  pending: { symbol: '…', tone: 'neutral' },
  unverifiable: { symbol: '?', tone: 'neutral' },
}

/**
 * The words of each verdict. A label can be copied, so no text calls the object itself the real thing on a label alone:
 * `verified` says what was proven (the label) and what was not (the object).
 */
export const VERDICT_TEXTS: Readonly<Record<Language, Readonly<Record<VerdictKind, VerdictText>>>> = {
  en: {
    verified: {
      headline: 'Registered label',
      meaning:
        'This label belongs to a registered item: the brand signed its certificate and it stands on the chain. A label can be copied, so this does not prove that the object in front of you is that item.',
      advice:
        'Compare the object with the description below. If you are buying, ask the seller for the receipt and the hidden code; stop if anything does not fit.',
    },
    suspected_clone: {
      headline: 'Label probably copied',
      meaning: 'This label has been scanned in a way that one single object cannot explain.',
      advice: 'Do not buy on the strength of this label. Ask the brand to examine the object.',
    },
    reported_stolen: {
      headline: 'Reported stolen',
      meaning: 'The owner or the brand reported the registered item as stolen.',
      advice: 'Do not buy it. Tell the brand or the police where you saw it.',
    },
    recalled: {
      headline: 'Recalled',
      meaning: 'The brand has recalled this item. The label is registered; the recall concerns the item.',
      advice: 'Do not use or sell it until you have asked the brand what the recall is about.',
    },
    revoked: {
      headline: 'Revoked',
      meaning:
        'The brand has withdrawn the certificate of this item, or the key that signed it had been stolen.',
      advice: 'Do not buy it on this certificate. Ask the brand why it was withdrawn.',
    },
    not_registered: {
      headline: 'No record here',
      meaning:
        'This service has no record of this number. That is all it says: the item may be registered elsewhere, or not at all.',
      advice:
        'Check that the whole code was read. If the object is sold as registered with this service, ask the seller for an explanation.',
    },
    forged: {
      headline: 'Forged certificate',
      meaning:
        'The certificate shown was not issued by the brand it names, or was changed after it was issued.',
      advice: 'Do not rely on it. Do not buy; report the offer to the brand or to the marketplace.',
    },
    pending: {
      headline: 'Registration under way',
      meaning:
        'The item is recorded, and its registration is not final on the chain yet. Nothing speaks against it so far.',
      advice: 'Try again in a few minutes, and wait for the final answer before you pay.',
    },
    unverifiable: {
      headline: 'Cannot be checked now',
      meaning:
        'A part that is needed for the check did not answer or is not in order. This says nothing for or against the item.',
      advice: 'Try again later. Do not take this for a good answer or for a bad one.',
    },
  },
  fr: {
    verified: {
      headline: 'Étiquette enregistrée',
      meaning:
        'Cette étiquette appartient à un objet enregistré : la marque a signé son certificat, inscrit sur la chaîne. Une étiquette peut être copiée : cela ne prouve pas que l’objet devant vous est bien celui-là.',
      advice:
        'Comparez l’objet avec la description ci-dessous. Si vous achetez, demandez au vendeur la facture et le code caché ; renoncez si quelque chose ne concorde pas.',
    },
    suspected_clone: {
      headline: 'Étiquette probablement copiée',
      meaning: 'Cette étiquette a été scannée d’une façon qu’un seul objet ne peut pas expliquer.',
      advice: 'N’achetez pas sur la foi de cette étiquette. Faites examiner l’objet par la marque.',
    },
    reported_stolen: {
      headline: 'Déclaré volé',
      meaning: 'Le propriétaire ou la marque a déclaré le vol de l’objet enregistré.',
      advice: 'Ne l’achetez pas. Signalez à la marque ou à la police où vous l’avez vu.',
    },
    recalled: {
      headline: 'Rappelé',
      meaning: 'La marque a rappelé cet objet. L’étiquette est enregistrée ; le rappel concerne l’objet.',
      advice: 'Ne l’utilisez pas et ne le vendez pas avant d’avoir demandé à la marque la raison du rappel.',
    },
    revoked: {
      headline: 'Révoqué',
      meaning: 'La marque a retiré le certificat de cet objet, ou la clé qui l’a signé avait été volée.',
      advice: 'N’achetez pas sur la foi de ce certificat. Demandez à la marque pourquoi il a été retiré.',
    },
    not_registered: {
      headline: 'Aucune inscription ici',
      meaning:
        'Ce service n’a aucune inscription à ce numéro. Il ne dit rien de plus : l’objet peut être enregistré ailleurs, ou nulle part.',
      advice:
        'Vérifiez que le code a été lu en entier. Si l’objet est vendu comme enregistré auprès de ce service, demandez une explication au vendeur.',
    },
    forged: {
      headline: 'Certificat falsifié',
      meaning:
        'Le certificat présenté n’a pas été émis par la marque qu’il nomme, ou a été modifié après son émission.',
      advice: 'Ne vous y fiez pas. N’achetez pas ; signalez l’offre à la marque ou à la place de marché.',
    },
    pending: {
      headline: 'Enregistrement en cours',
      meaning:
        'L’objet est inscrit, et son enregistrement n’est pas encore définitif sur la chaîne. Rien ne s’y oppose à ce stade.',
      advice: 'Réessayez dans quelques minutes et attendez la réponse définitive avant de payer.',
    },
    unverifiable: {
      headline: 'Vérification impossible pour le moment',
      meaning:
        'Un élément nécessaire à la vérification n’a pas répondu ou n’est pas en ordre. Cela ne dit rien pour ou contre l’objet.',
      advice: 'Réessayez plus tard. N’y voyez ni une bonne ni une mauvaise réponse.',
    },
  },
  'zh-Hans': {
    verified: {
      headline: '标签已登记',
      meaning:
        '该标签属于一件已登记的物品：品牌签署了证书，并已写入区块链。标签可以被复制，因此这不能证明您面前的物品就是那一件。',
      advice: '请将实物与下方描述对照。购买前请向卖家索取购买凭证和隐藏代码；如有任何不符，请勿购买。',
    },
    suspected_clone: {
      headline: '标签疑似被复制',
      meaning: '该标签的扫描情况无法用一件物品来解释。',
      advice: '请勿仅凭此标签购买。请让品牌检查实物。',
    },
    reported_stolen: {
      headline: '已报失窃',
      meaning: '所有者或品牌已报告该登记物品失窃。',
      advice: '请勿购买。请将所见地点告知品牌或警方。',
    },
    recalled: {
      headline: '已召回',
      meaning: '品牌已召回该物品。标签已登记；召回针对的是物品。',
      advice: '在向品牌问明召回原因之前，请勿使用或出售。',
    },
    revoked: {
      headline: '已撤销',
      meaning: '品牌已撤回该物品的证书，或签署证书的密钥此前已失窃。',
      advice: '请勿凭此证书购买。请向品牌询问撤回原因。',
    },
    not_registered: {
      headline: '此处没有记录',
      meaning: '本服务没有该编号的记录。仅此而已：物品可能在别处登记，也可能从未登记。',
      advice: '请确认代码已完整读取。如卖家声称该物品已在本服务登记，请要求卖家说明。',
    },
    forged: {
      headline: '证书系伪造',
      meaning: '所出示的证书并非由其所称的品牌签发，或在签发后被更改。',
      advice: '请勿相信该证书，请勿购买；请向品牌或交易平台举报。',
    },
    pending: {
      headline: '登记进行中',
      meaning: '该物品已有记录，但其登记在区块链上尚未最终确认。目前没有不利情况。',
      advice: '请几分钟后再试，付款前请等待最终结果。',
    },
    unverifiable: {
      headline: '目前无法核验',
      meaning: '核验所需的某个部分没有响应或存在异常。这既不表示有利，也不表示不利。',
      advice: '请稍后再试。请勿将此视为好的或坏的结果。',
    },
  },
}

/** The advice where the scanned link leads to a site that is neither ours nor the brand's: not the registered label. */
export const FOREIGN_HOST_ADVICE: Readonly<Record<Language, string>> = {
  en: 'The link on the label leads to another site: do not trust what that site shows. If the object carries a code of the brand or of this service, scan that one here.',
  fr: 'Le lien de l’étiquette mène à un autre site : ne vous fiez pas à ce qu’il affiche. Si l’objet porte un code de la marque ou de ce service, scannez celui-là ici.',
  'zh-Hans':
    '标签上的链接指向其他网站：请勿相信该网站显示的内容。如实物带有品牌或本服务的代码，请在此处扫描该代码。',
}

/** The service's language for a BCP 47 tag; English where it has none. */
export function languageOf(tag: string): Language {
  return LANGUAGES.find((language) => language === tag) ?? 'en'
}
