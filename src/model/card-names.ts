/** The cards of a type in a model: that of its records, and that of repeat leads. */
export const cardNames = ['card', 'repeatCard'] as const
/** The name of a card in a model. */
export type CardName = (typeof cardNames)[number]
