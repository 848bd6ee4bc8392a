import { amocrm } from './amocrm.ts'
import { bitrix24 } from './bitrix24.ts'
import { everyday } from './everyday.ts'
import { google } from './google.ts'
import { hubspot } from './hubspot.ts'
import type { Program } from './known-names.ts'
import { outlook } from './outlook.ts'
import { pipedrive } from './pipedrive.ts'
import { salesforce } from './salesforce.ts'
import { thunderbird } from './thunderbird.ts'
import { vcard } from './vcard.ts'
import { zoho } from './zoho.ts'

/** The programs whose column names are known. Among files of unknown origin, the names of the first ones win. */
export const programs: readonly Program[] = [
  ...[everyday, bitrix24, amocrm, google, outlook, hubspot, pipedrive, salesforce, thunderbird, vcard, zoho],
]
