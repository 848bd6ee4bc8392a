// Frequent given names, surnames and words. E-mail addresses end with `.example`, and phones belong to nobody.

const list = (words: string) => words.trim().split(/\s+/)

/** The words of a language that names of people, companies and deals are made of. */
export interface Words {
  /** Given names, each with the surnames that go with it. */
  people: readonly { given: readonly string[]; surnames: readonly string[] }[]
  companies: readonly string[]
  branches: readonly string[]
  title(word: string, branch: string): string
  cities: readonly string[]
  positions: readonly string[]
  goods: readonly string[]
  purposes: readonly string[]
  comments: readonly string[]
  phone(number: number): string
}

const stems = list('Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков')

const russian: Words = {
  people: [
    { given: list('Александр Дмитрий Максим Сергей Андрей Алексей Артём Илья Кирилл Михаил'), surnames: stems },
    {
      given: list('Анастасия Мария Анна Виктория Екатерина Наталья Марина Полина Софья Дарья'),
      surnames: stems.map((stem) => `${stem}а`),
    },
  ],
  companies: list('Вектор Горизонт Меридиан Орион Альфа Прогресс Восток Спектр Импульс Контур Сфера Атлант'),
  branches: ['Логистика', 'Торг', 'Сервис', 'Проект', 'Строй'],
  title: (word, branch) => `ООО «${word}-${branch}»`,
  cities: list('Москва Казань Омск Екатеринбург Новосибирск Самара Пермь Тула'),
  positions: ['Директор', 'Менеджер по закупкам', 'Заведующий складом', 'Главный инженер', 'Бухгалтер'],
  goods: ['Стеллажи', 'Столы', 'Шкафы', 'Верстаки', 'Стулья'],
  purposes: ['для склада', 'для офиса', 'для архива', 'для мастерской', 'для магазина'],
  comments: ['Нужна доставка до конца месяца.', 'Просят скидку за объём.', 'Ждут замер.', 'Работают с предоплатой.'],
  phone: (number) => `+7945${String(1_110_000 + number)}`,
}

const english: Words = {
  people: [
    {
      given: list('James John Robert Michael William David Mary Patricia Jennifer Linda Elizabeth Susan'),
      surnames: list('Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Moore Martin'),
    },
  ],
  companies: list('Summit Harbor Pioneer Beacon Cedar Granite Anchor Northern Silver Union'),
  branches: ['Logistics', 'Trading', 'Supplies', 'Projects'],
  title: (word, branch) => `${word} ${branch} Ltd`,
  cities: list('London Dublin Toronto Boston Chicago Sydney'),
  positions: ['Director', 'Purchasing manager', 'Warehouse manager', 'Office manager', 'Accountant'],
  goods: ['Shelving', 'Desks', 'Cabinets', 'Workbenches', 'Chairs'],
  purposes: ['for a warehouse', 'for an office', 'for an archive', 'for a workshop', 'for a shop'],
  comments: ['Delivery is due by the end of the month.', 'They ask for a discount.', 'Waiting for measurements.'],
  phone: (number) => `+1202555${String(100 + (number % 100)).padStart(4, '0')}`,
}

/** The languages of the clients. Two of three are Russian. */
export const languages: readonly Words[] = [russian, russian, english]
/** The languages of the employees. */
export const [ofStaff] = languages as readonly [Words, ...Words[]]

const letters: Record<string, string> = {
  ...{ а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l' },
  ...{ м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh' },
  ...{ щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya' },
}

/** Returns a text in Latin letters, as addresses have it. */
export function latin(text: string): string {
  const plain = [...text.toLowerCase()].map((letter) => letters[letter] ?? letter).join('')
  return plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
}
