/** The oldest Node on which the course works, such as `20.19`. */
export const NODE_FLOOR: string
