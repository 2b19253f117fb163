import type { Language } from '../../modules/verification/index.ts'
import type { FaultCode } from '../../offline/answer-parts.ts'
import type { Doubt } from '../../offline/check-answer.ts'

/** Words of the check that a page repeats in the buyer's browser. `{…}` are places for values. */
export type RecheckTexts = {
  readonly title: string
  readonly running: string
  readonly confirmed: string
  readonly service: string
  readonly doubts: Readonly<Record<Doubt, string>>
  readonly failed: string
  readonly withdrawnTitle: string
  readonly withdrawn: string
  readonly withdrawnAdvice: string
  readonly said: string
  readonly faults: Readonly<Record<FaultCode, string>>
  readonly computed: string
  readonly read: string
  readonly through: string
  readonly direct: string
  readonly silent: string
  readonly registryNew: string
  readonly registryKnown: string
  readonly word: string
  readonly words: Readonly<Record<'ownership' | 'scan_pattern' | 'tag' | 'assurance', string>>
  readonly program: string
  readonly settings: string
  readonly endpoints: string
  readonly hint: string
  readonly save: string
}

export const RECHECK_TEXTS: Readonly<Record<Language, RecheckTexts>> = {
  en: {
    title: 'Checked again on this phone',
    running: 'This phone is checking the answer again…',
    confirmed: 'Checked again on this phone against {names}: the same answer.',
    service: 'this service’s chain access',
    doubts: {
      no_proof:
        'This phone cannot check this answer again: no certificate and proof come with it. It is this service’s word alone.',
      no_endpoint:
        'This phone could not check the answer again, because no chain endpoint answered. That says nothing for or against the item.',
      not_final:
        'Checked again on this phone against {names}: in order so far, but the chain does not call the registration final yet.',
      moved_on: 'The chain has moved on since this answer. Load the page again.',
      word: 'This phone checked certificate and chain again against {names}. The answer itself rests on what only this service knows.',
    },
    failed:
      'This phone could not check the answer again, because the service did not send what that takes. That says nothing for or against the item.',
    withdrawnTitle: 'Answer withdrawn',
    withdrawn:
      'This phone checked the answer again, and it does not fit. Do not rely on what this page says.',
    withdrawnAdvice:
      'Do not buy on this answer. Load the page again; if this stays, ask the brand itself what it registered.',
    said: 'What the service had answered',
    faults: {
      malformed: 'a part of the answer is missing or has the wrong form: {part}',
      other_item: 'the answer is about another item than this page',
      receipt: 'the service has not signed precisely this answer',
      fact: 'not what the brand signed: {part}',
      shown: 'the page shows something else than was answered: {part}',
      assurance: 'it claims a proof that was never given on this page',
      clock: 'it is dated otherwise than this phone’s clock',
      advice: 'the advice does not belong to the verdict',
      registry: 'it names another registry of items than this phone knows',
      block: 'the block it was read at is not on the chain',
      finding: 'this phone comes to another result: {part}',
      verdict: 'this phone comes to another verdict: {part}',
    },
    computed:
      'Computed on this phone: the brand’s signature, the digest, leaf and path to the root, the receipt.',
    read: 'Read from the chain, at the block of the answer and at the newest ({block}): anchor, key, revocation, recall.',
    through:
      'The chain was asked through this service. To be independent of it, name an endpoint below: this phone then asks it directly.',
    direct:
      'The chain was asked directly, without this service: {names}. These hosts see this phone’s address.',
    silent: 'No answer from {name}: {reason}.',
    registryNew: 'Registry of items: {address}. This phone remembers it and notices if another is named.',
    registryKnown: 'Registry of items: {address}, the same as when this phone first looked.',
    word: 'Taken on the word of this service: {list}.',
    words: {
      ownership: 'owner',
      scan_pattern: 'scan history',
      tag: 'chip',
      assurance: 'what was proven beyond the label',
    },
    program:
      'The program that checks comes from this service too. Who does not trust it at all checks the saved proof with npx cachet verify.',
    settings: 'Ask another chain endpoint',
    endpoints: 'JSON-RPC endpoints, one a line, at most three',
    hint: 'https, or a node on this device. Kept in a cookie for these pages; leave empty to ask through this service.',
    save: 'Save and check again',
  },
  fr: {
    title: 'Revérifié sur ce téléphone',
    running: 'Ce téléphone revérifie la réponse…',
    confirmed: 'Revérifié sur ce téléphone auprès de {names} : même réponse.',
    service: 'l’accès à la chaîne de ce service',
    doubts: {
      no_proof:
        'Ce téléphone ne peut pas revérifier cette réponse : elle ne contient ni certificat ni preuve. C’est la seule parole de ce service.',
      no_endpoint:
        'Ce téléphone n’a pas pu revérifier la réponse, car aucun accès à la chaîne n’a répondu. Cela ne dit rien pour ou contre l’objet.',
      not_final:
        'Revérifié sur ce téléphone auprès de {names} : en ordre jusqu’ici, mais la chaîne ne tient pas encore l’enregistrement pour définitif.',
      moved_on: 'La chaîne a avancé depuis cette réponse. Rechargez la page.',
      word: 'Ce téléphone a revérifié certificat et chaîne auprès de {names}. La réponse elle-même repose sur ce que seul ce service sait.',
    },
    failed:
      'Ce téléphone n’a pas pu revérifier la réponse, car le service n’a pas envoyé le nécessaire. Cela ne dit rien pour ou contre l’objet.',
    withdrawnTitle: 'Réponse retirée',
    withdrawn:
      'Ce téléphone a revérifié la réponse, et elle ne concorde pas. Ne vous fiez pas à ce que dit cette page.',
    withdrawnAdvice:
      'N’achetez pas sur la foi de cette réponse. Rechargez la page ; si cela persiste, demandez à la marque elle-même ce qu’elle a enregistré.',
    said: 'Ce que le service avait répondu',
    faults: {
      malformed: 'une partie de la réponse manque ou n’a pas la bonne forme : {part}',
      other_item: 'la réponse concerne un autre objet que cette page',
      receipt: 'le service n’a pas signé exactement cette réponse',
      fact: 'ce n’est pas ce que la marque a signé : {part}',
      shown: 'la page montre autre chose que la réponse : {part}',
      assurance: 'elle fait état d’une preuve qui n’a jamais été donnée sur cette page',
      clock: 'sa date ne correspond pas à l’horloge de ce téléphone',
      advice: 'le conseil ne correspond pas au verdict',
      registry: 'elle nomme un autre registre d’objets que celui que ce téléphone connaît',
      block: 'le bloc où elle a été lue n’est pas sur la chaîne',
      finding: 'ce téléphone arrive à un autre résultat : {part}',
      verdict: 'ce téléphone arrive à un autre verdict : {part}',
    },
    computed:
      'Calculé sur ce téléphone : la signature de la marque, l’empreinte, la feuille et son chemin jusqu’à la racine, le reçu.',
    read: 'Lu sur la chaîne, au bloc de la réponse et au plus récent ({block}) : ancrage, clé, révocation, rappel.',
    through:
      'La chaîne a été interrogée à travers ce service. Pour en être indépendant, indiquez un accès ci-dessous : ce téléphone l’interroge alors directement.',
    direct:
      'La chaîne a été interrogée directement, sans ce service : {names}. Ces hôtes voient l’adresse de ce téléphone.',
    silent: 'Pas de réponse de {name} : {reason}.',
    registryNew:
      'Registre des objets : {address}. Ce téléphone s’en souvient et remarquera si un autre est nommé.',
    registryKnown:
      'Registre des objets : {address}, le même que lorsque ce téléphone a regardé la première fois.',
    word: 'Cru sur la parole de ce service : {list}.',
    words: {
      ownership: 'propriétaire',
      scan_pattern: 'historique des scans',
      tag: 'puce',
      assurance: 'ce qui a été prouvé au-delà de l’étiquette',
    },
    program:
      'Le programme qui vérifie vient lui aussi de ce service. Qui ne lui fait aucune confiance vérifie la preuve enregistrée avec npx cachet verify.',
    settings: 'Interroger un autre accès à la chaîne',
    endpoints: 'Accès JSON-RPC, un par ligne, trois au plus',
    hint: 'https, ou un nœud sur cet appareil. Gardé dans un cookie pour ces pages ; laissez vide pour passer par ce service.',
    save: 'Enregistrer et revérifier',
  },
  'zh-Hans': {
    title: '已在本手机上复核',
    running: '本手机正在复核该结果…',
    confirmed: '本手机已对照{names}复核：结果一致。',
    service: '本服务的链上访问',
    doubts: {
      no_proof: '本手机无法复核该结果：其中没有证书和证明。这只是本服务的一面之词。',
      no_endpoint: '本手机未能复核该结果，因为没有任何链上端点响应。这既不表示有利，也不表示不利。',
      not_final: '本手机已对照{names}复核：目前无异常，但链上尚未最终确认该登记。',
      moved_on: '自该结果以来链上已有变化。请重新加载本页。',
      word: '本手机已对照{names}复核证书和链上数据。结果本身依据的是只有本服务掌握的信息。',
    },
    failed: '本手机未能复核该结果，因为服务没有发来所需内容。这既不表示有利，也不表示不利。',
    withdrawnTitle: '结果已撤回',
    withdrawn: '本手机复核了该结果，发现不相符。请勿相信本页的内容。',
    withdrawnAdvice: '请勿凭此结果购买。请重新加载本页；如仍如此，请直接向品牌询问其登记内容。',
    said: '服务此前的回答',
    faults: {
      malformed: '结果的某一部分缺失或格式不对：{part}',
      other_item: '该结果所述并非本页的物品',
      receipt: '服务并未签署与此完全相同的结果',
      fact: '与品牌签署的内容不符：{part}',
      shown: '页面显示的与返回的结果不同：{part}',
      assurance: '声称有一项从未在本页给出的证明',
      clock: '其日期与本手机的时钟不符',
      advice: '建议与结论不对应',
      registry: '所称的物品登记合约与本手机所知的不同',
      block: '其读取的区块不在链上',
      finding: '本手机得出不同的结果：{part}',
      verdict: '本手机得出不同的结论：{part}',
    },
    computed: '在本手机上计算：品牌签名、摘要、叶节点及其到根的路径、回执。',
    read: '从链上读取（该结果的区块与最新区块 {block}）：锚定、密钥、撤销、召回。',
    through: '链上数据是通过本服务查询的。如需独立于本服务，请在下方填写端点：本手机将直接向其查询。',
    direct: '链上数据是直接查询的，未经本服务：{names}。这些主机会看到本手机的网络地址。',
    silent: '{name} 没有响应：{reason}。',
    registryNew: '物品登记合约：{address}。本手机会记住它，如日后有变即会发现。',
    registryKnown: '物品登记合约：{address}，与本手机首次查看时相同。',
    word: '以下仅凭本服务所言：{list}。',
    words: { ownership: '所有者', scan_pattern: '扫描历史', tag: '芯片', assurance: '标签之外的证明' },
    program: '用于复核的程序也来自本服务。完全不信任本服务者，可用 npx cachet verify 核对已保存的证明。',
    settings: '改用其他链上端点',
    endpoints: 'JSON-RPC 端点，每行一个，最多三个',
    hint: 'https，或本设备上的节点。保存在仅用于这些页面的 Cookie 中；留空则通过本服务查询。',
    save: '保存并重新复核',
  },
}
