/** What a word of a company's title says about the company. */
export type TitleWordKind =
  /** Says nothing: `и`, `the`, `of`. */
  | 'connector'
  /** Says that it is a company: `group`, `холдинг`. Titles with and without it mean one company. */
  | 'descriptor'
  /** A line of business or a part of a company: `сервис`, `север`. Sister companies differ in it. */
  | 'branch'
  /** A country or city. */
  | 'place'
  /** A frequent word. */
  | 'frequent'

/** Words by their kind, in lower case and with `е` for `ё`. Other transliterations are found by their sound. */
const wordsOfKinds: Readonly<Record<TitleWordKind, string>> = {
  connector: `
    и i в на по с для от при из за the of and for in at on by a an to de la le les des du da do dos das di del della der die
    und für im am et y e en el los van von`,
  descriptor: `
    group groupe gruppe gruppo grupo holding holdings company companies corporation enterprise enterprises firm organization
    organisation группа группы группе холдинг компания компании гк корпорация организация объединение концерн
    фирма торговый торговая дом тд пкф нпо нпп нпф тпк ск пк производственное производственная предприятие
    компанія общество ограниченной ответственностью акционерное публичное закрытое открытое liability joint stock association society foundation institute`,
  branch: `
    service services сервис сервисы trade trading трейд трейдинг торг logistics logistic логистика логистик finance financial
    финанс финансы leasing лизинг insurance страхование international intl global worldwide invest investment investments инвест capital капитал consulting
    консалтинг консалт construction строй строительство development девелопмент realty недвижимость properties property energy
    энерго энергия media медиа marketing маркетинг digital retail ритейл wholesale опт import export импорт экспорт solutions
    systems system системс система системы technologies technology tech technics технологии технология техно industries
    industrial industry индустрия manufacturing production производство products продукт auto авто motors аренда rent travel
    туризм studio студия lab labs лаборатория security охрана безопасность software софт pharma фарм med мед
    medical health clinic клиника partners partner партнер партнеры sons bros brothers plus плюс pro про lux люкс premium
    премиум center centre центр north south east west northern southern eastern western северо юго северный южный восточный
    западный север юг восток запад сибирь урал поволжье volga регион региональный кавказ дальний market маркет маркетплейс
    store shop магазин outlet express экспресс cargo карго freight foods food packaging printing design дизайн networks
    network tools supply electronics materials textiles instruments interiors analytics management управление fund trust bank
    банк securities`,
  place: `
    россия россии russia рф rus рус москва москвы moscow мск санкт петербург спб екатеринбург новосибирск казань самара омск уфа
    челябинск ростов краснодар красноярск воронеж пермь волгоград саратов тюмень иркутск хабаровск владивосток калининград
    украина украины ukraine киев kyiv беларусь belarus минск казахстан казахстана kazakhstan алматы астана узбекистан ташкент
    usa us uk america american england britain london york chicago boston atlanta angeles francisco texas california canada
    toronto mexico brazil argentina chile germany deutschland berlin munich france paris italy italia milan spain espana madrid
    netherlands nederland holland belgium switzerland austria vienna poland polska sweden norway finland denmark europe europa
    european asia africa china hong kong beijing shanghai singapore japan tokyo india korea australia dubai emirates uae turkey
    saudi arabia israel portugal ireland город г область обл край район`,
  frequent: `
    school школа лицей гимназия детский сад kindergarten nursery preschool academy академия university университет college
    hospital больница поликлиника аптека pharmacy church hotel отель гостиница restaurant ресторан cafe кафе bar grill bistro
    inn club клуб house home community public children child care day learning education family life national
    национальный государственный государственная russian российский российская русский русская московский first new новый новая
    новое старый old big большой general главный главная общий world мир city best great super union союз united
    объединенный завод factory plant комбинат фабрика works агентство agency бюро bureau office офис салон salon
    комплекс комплект проект project мастер master профи profi стандарт standard`,
}

/** The kinds of known words, by the word. */
export const titleWordKinds: ReadonlyMap<string, TitleWordKind> = new Map(
  (Object.keys(wordsOfKinds) as TitleWordKind[]).flatMap((kind) =>
    wordsOfKinds[kind].split(/\s+/).flatMap((word) => (word ? [[word, kind] as const] : [])),
  ),
)

/** How much a word of a kind tells one company from another, from 0 to 1. */
export const weightOfKind: Readonly<Record<TitleWordKind, number>> = {
  connector: 0,
  descriptor: 0.15,
  branch: 0.5,
  place: 0.5,
  frequent: 0.4,
}
