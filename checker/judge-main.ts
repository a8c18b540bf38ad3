import { serve } from './judge.ts'

serve()
