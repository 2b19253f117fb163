import type { Assurance, VerdictKind } from './types.ts'
import { FOREIGN_HOST_ADVICE, type Language, VERDICT_TEXTS, type VerdictText } from './verdict-texts.ts'

/**
 * What `verified` says where more than the label was proven. No text says more than its level proves: that the chip which
 * the brand bound to the item is here is not that nobody moved it.
 */
const VERIFIED_TEXTS: Readonly<Partial<Record<Assurance, Readonly<Record<Language, VerdictText>>>>> = {
  holder: {
    en: {
      headline: 'Registered item, its holder answered',
      meaning:
        'This label belongs to a registered item, and just now whoever owns it answered a fresh question with the owner’s key, or showed that they know the hidden code of an item that nobody has claimed. That tells you who offers it, not that the object in front of you is that item.',
      advice:
        'Compare the object with the description below. If you are buying, have the item transferred to you when you pay, and ask the seller for the receipt.',
    },
    fr: {
      headline: 'Objet enregistré, son détenteur a répondu',
      meaning:
        'Cette étiquette appartient à un objet enregistré, et la personne qui le possède vient de répondre à une question nouvelle avec la clé du propriétaire, ou de montrer qu’elle connaît le code caché d’un objet que personne n’a revendiqué. Cela vous dit qui l’offre, non que l’objet devant vous est bien celui-là.',
      advice:
        'Comparez l’objet avec la description ci-dessous. Si vous achetez, faites-vous transférer l’objet au moment de payer, et demandez la facture au vendeur.',
    },
    'zh-Hans': {
      headline: '物品已登记，持有人已应答',
      meaning:
        '该标签属于一件已登记的物品；其所有者刚刚用所有者密钥应答了一次新的询问，或证明知道一件无人认领物品的隐藏代码。这说明由谁出售，并不证明您面前的实物就是那件物品。',
      advice: '请将实物与下方描述对照。购买时请在付款的同时要求将物品转到您名下，并向卖家索取购买凭证。',
    },
  },
  tag: {
    en: {
      headline: 'Registered item, chip answered',
      meaning:
        'This label belongs to a registered item, and the chip that the brand bound to that item answered twice just now, which a copied label does not do. Whether the chip still sits in its item is for you to see.',
      advice:
        'Compare the object with the description below, and look whether the chip sits where the brand puts it and nothing was cut or glued. If you are buying, ask the seller for the receipt.',
    },
    fr: {
      headline: 'Objet enregistré, la puce a répondu',
      meaning:
        'Cette étiquette appartient à un objet enregistré, et la puce que la marque a associée à cet objet vient de répondre deux fois, ce qu’une étiquette copiée ne fait pas. À vous de voir si la puce se trouve toujours dans son objet.',
      advice:
        'Comparez l’objet avec la description ci-dessous, et regardez si la puce se trouve là où la marque la place, sans coupure ni colle. Si vous achetez, demandez la facture au vendeur.',
    },
    'zh-Hans': {
      headline: '物品已登记，芯片已应答',
      meaning:
        '该标签属于一件已登记的物品，品牌为该物品绑定的芯片刚刚应答了两次，被复制的标签做不到这一点。芯片是否仍在原物品之中，需由您查看。',
      advice:
        '请将实物与下方描述对照，并查看芯片是否在品牌安放的位置，有无切割或粘贴的痕迹。购买前请向卖家索取购买凭证。',
    },
  },
}

/** The words of an answer: those of its verdict, and for `verified` those of what was proven. */
export function verdictText(
  language: Language,
  { verdict, assurance }: { readonly verdict: VerdictKind; readonly assurance: Assurance },
): VerdictText {
  const more = verdict === 'verified' ? VERIFIED_TEXTS[assurance] : undefined
  return more?.[language] ?? VERDICT_TEXTS[language][verdict]
}

/** What to do now, in words: the verdict's advice, after a warning where the scanned link leads to a stranger's site. */
export function adviceText(
  said: { readonly verdict: VerdictKind; readonly assurance: Assurance; readonly foreign: boolean },
  language: Language,
): string {
  const { verdict, foreign } = said
  if (!foreign) return verdictText(language, said).advice
  const own = VERDICT_TEXTS[language][verdict].advice
  const unknown = verdict === 'unverifiable' || verdict === 'not_registered'
  return unknown ? FOREIGN_HOST_ADVICE[language] : `${FOREIGN_HOST_ADVICE[language]} ${own}`
}

/** All texts of levels above the label, for the test that reads them. */
export const ASSURANCE_TEXTS: readonly (readonly [Language, VerdictText])[] = Object.values(
  VERIFIED_TEXTS,
).flatMap((texts) => Object.entries(texts) as [Language, VerdictText][])
