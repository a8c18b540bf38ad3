import { up } from './up.js'

up(() => {
  for (;;);
})
