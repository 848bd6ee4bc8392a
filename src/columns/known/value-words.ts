/** Returns the words in a text, which are separated by bars. */
const list = (words: string) => words.split('|').map((word) => word.trim())

/**
 * Words that files use for standard values, besides their labels and codes. By the dictionary of the field, or by the
 * code of the field if its values are no dictionary, and then by the code of the value.
 */
export const valueWords: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  SOURCE: {
    CALL: list('Phone | Phone call | Inbound call | Cold call | Телефон | Телефонный звонок | Входящий звонок'),
    EMAIL: list('Email | Mail | Email campaign | Почта | E-mail рассылка | Рассылка'),
    WEB: list('Web | Web site | Site | Internet | Organic search | Сайт | Интернет | Поиск'),
    ADVERTISING: list('Advertisement | Ads | Paid search | Paid social | Advertising campaign | Рекламная кампания'),
    PARTNER: list('Existing customer | Customer | Partner | Клиент | Партнёр | Постоянный клиент'),
    RECOMMENDATION: list(`Referral | Employee referral | Customer referral | External referral | Word of mouth |
      Рекомендация | Сарафанное радио`),
    TRADE_SHOW: list('Event | Exhibition | Conference | Show | Мероприятие | Конференция'),
    WEBFORM: list('Web form | Form | Contact form | Website form | Веб-форма | Форма | Форма на сайте'),
    CALLBACK: list('Call back | Callback request | Заказ звонка'),
    RC_GENERATOR: list('Sales boost'),
    STORE: list('Shop | E-commerce | Магазин'),
    OTHER: list('Others | Прочее | Иное'),
  },
  HONORIFIC: {
    MR: list('Mr. | Mister | Sir | Господин | г-н.'),
    MS: list('Ms. | Mrs | Mrs. | Miss | Madam | Госпожа | г-жа.'),
  },
  CONTACT_TYPE: {
    CLIENT: list('Client | Customer | Customers | Клиент | Покупатель'),
    SUPPLIER: list('Supplier | Vendor | Поставщик'),
    PARTNER: list('Partner | Партнёр'),
  },
  COMPANY_TYPE: {
    CUSTOMER: list('Customer | Customers | Clients | Клиенты | Покупатель | Customer - Direct | Customer - Channel'),
    SUPPLIER: list('Vendor | Suppliers | Поставщики'),
    COMPETITOR: list('Competitors | Конкуренты'),
    PARTNER: list('Partners | Reseller | Партнёры | Channel Partner / Reseller | Technology Partner'),
  },
  INDUSTRY: {
    IT: list('IT | Technology | Computer software | Software | Internet | Information technology and services | ИТ'),
    TELECOM: list('Telecom | Telecommunication | Телекоммуникации | Телеком | Связь'),
    MANUFACTURING: list('Production | Industry | Промышленность'),
    BANKING: list('Bank | Banks | Банки | Банковское дело'),
    CONSULTING: list('Consultancy | Management consulting | Консультации'),
    FINANCE: list('Financial services | Финансовые услуги'),
    GOVERNMENT: list('Government administration | Public sector | Государство | Госсектор'),
    DELIVERY: list('Logistics | Shipping | Transportation | Логистика | Транспорт | Перевозки'),
    ENTERTAINMENT: list('Media | Медиа'),
    CONSTRUCTION: list('Building | Стройка'),
    TRADE: list('Retail | Wholesale | Commerce | Розничная торговля | Оптовая торговля | Ритейл | Розница'),
    OTHER: list('Others | Прочее | Иное'),
  },
  EMPLOYEES: {
    EMPLOYEES_1: list('less than 50 | under 50 | up to 50 | 1-50 | 1-49 | до 50 | меньше 50'),
    EMPLOYEES_2: list('50-249 | 51-250 | 50–250'),
    EMPLOYEES_3: list('250-499 | 251-500 | 250–500'),
    EMPLOYEES_4: list('over 500 | 500+ | 501+ | свыше 500 | больше 500'),
  },
  stageId: {
    NEW: list('Open - Not Contacted | Prospecting | Необработанный | Неразобранное | Первичный контакт'),
    IN_PROCESS: list('Working - Contacted | In process | Contacted | Взят в работу'),
    JUNK: list('Unqualified | Closed - Not Converted | Disqualified | Спам | Некачественный'),
    PREPAYMENT_INVOICE: list('Invoice | Счёт | Proposal/Price Quote'),
    WON: list('Closed Won | closedwon | Closed - Won | Успешно реализовано | Выиграна'),
    LOSE: list('Closed Lost | closedlost | Closed - Lost | Закрыто и не реализовано | Проиграна'),
    P: list('Paid | Оплачен'),
  },
  currency: {
    RUB: list('RUR | руб | руб. | рубль | рубли | российские рубли | Russian Ruble | Russian Rouble | ₽ | р.'),
    USD: list('$ | доллар | доллары | US Dollar | U.S. Dollar | US dollars | долл.'),
    EUR: list('€ | Euros | евро'),
    KZT: list('тенге | ₸'),
    UAH: list('гривна | ₴'),
    GBP: list('£ | British Pound | фунт'),
  },
}
