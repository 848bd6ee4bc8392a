import { sql } from 'kysely'

/** SQL of the names of all users by id, as one JSON object. A user without a name is `#id`. */
export const userNamesById = sql`(select jsonb_object_agg(id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), '#' || id))
  from "user")`
