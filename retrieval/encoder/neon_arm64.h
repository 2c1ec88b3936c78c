// Vector instructions of arm64 that Go's assembler has no names for, as the words of the Arm Architecture Reference Manual
// (DDI 0487, C7.2). Arguments are numbers of registers, in Go's order: sources first, what is written last; all are .4S unless
// said otherwise.

#define THREE(op, m, n, d) WORD $(op | (m)<<16 | (n)<<5 | (d))
#define TWO(op, n, d) WORD $(op | (n)<<5 | (d))

// SDOT d.4S, n.16B, m.4B[i]: d += four products of int8 in each place; i is 0 to 3
#define SDOT(m, i, n, d) THREE((0x4f80e000 | ((i)&1)<<21 | ((i)>>1)<<11), m, n, d)

#define FADD(m, n, d) THREE(0x4e20d400, m, n, d) // FADD d, n, m
#define FADDP(m, n, d) THREE(0x6e20d400, m, n, d) // FADDP d, n, m: sums of neighbours in n, then in m
#define FSUB(m, n, d) THREE(0x4ea0d400, m, n, d) // FSUB d, n, m: n - m
#define FMUL(m, n, d) THREE(0x6e20dc00, m, n, d) // FMUL d, n, m
#define FMULLANE0(m, n, d) THREE(0x4f809000, m, n, d) // FMUL d, n, m.S[0]
#define FDIV(m, n, d) THREE(0x6e20fc00, m, n, d) // FDIV d, n, m: n / m
#define FMAX(m, n, d) THREE(0x4e20f400, m, n, d) // FMAX d, n, m
#define FMIN(m, n, d) THREE(0x4ea0f400, m, n, d) // FMIN d, n, m
#define FMLA(m, n, d) THREE(0x4e20cc00, m, n, d) // FMLA d, n, m: d += n·m, rounded once
#define FMLS(m, n, d) THREE(0x4ea0cc00, m, n, d) // FMLS d, n, m: d -= n·m, rounded once

#define FABS(n, d) TWO(0x4ea0f800, n, d) // FABS d, n
#define FMAXV(n, d) TWO(0x6e30f800, n, d) // FMAXV Sd, n
#define FRINTN(n, d) TWO(0x4e218800, n, d) // FRINTN d, n: to the nearest whole number, to the even one from between
#define FCVTNS(n, d) TWO(0x4e21a800, n, d) // FCVTNS d, n: the same, to int32
#define SCVTF(n, d) TWO(0x4e21d800, n, d) // SCVTF d, n: int32 to float
#define FCVTL(n, d) TWO(0x0e217800, n, d) // FCVTL d.4S, n.4H: half floats to floats
#define FCVTL2(n, d) TWO(0x4e217800, n, d) // FCVTL2 d.4S, n.8H: of the upper four
#define SQXTNH(n, d) TWO(0x0e614800, n, d) // SQXTN d.4H, n.4S: int32 to int16
#define SQXTN2H(n, d) TWO(0x4e614800, n, d) // SQXTN2 d.8H, n.4S: into the upper four
#define SQXTNB(n, d) TWO(0x0e214800, n, d) // SQXTN d.8B, n.8H: int16 to int8
#define SQXTN2B(n, d) TWO(0x4e214800, n, d) // SQXTN2 d.16B, n.8H: into the upper eight
