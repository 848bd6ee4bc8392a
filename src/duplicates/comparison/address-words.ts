const list = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Words for kinds of streets, in Russian and English. */
export const streetTypes = list(
  'ул улица пр просп проспект пркт пер переулок пл площадь ш шоссе б бул бульвар наб набережная проезд прд тупик ' +
    'аллея мкр микрорайон квартал st street str ave av avenue rd road dr drive ln lane blvd boulevard pl place ct court ' +
    'cir circuit crescent cres pkwy parkway sq square hwy highway way ter terrace close',
)

/** Words before the number of a house. */
export const houseMarks = list('д дом владение вл')

/** Words before the number of a block, which belongs to the house. */
export const blockMarks = list('к корп корпус стр строение лит литера')

/** Words before the number of a flat or an office. */
export const flatMarks = list(
  'кв квартира оф офис пом помещение комн комната apt apartment flat unit suite ste office room rm',
)

/** Words for kinds of places. */
export const placeTypes = list('г город обл область р н район россия рф')

/** Directions of streets with their short forms. */
export const directions: Readonly<Record<string, string>> = { north: 'n', south: 's', east: 'e', west: 'w' }
