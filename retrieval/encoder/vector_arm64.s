#include "textflag.h"
#include "neon_arm64.h"

// The AVX2 kernels (vector_amd64.s) operation for operation, eight places in two registers, so that results have the same bits.

// float bits
DATA quantising<>+0(SB)/4, $0x0da24260 // 1e-30
DATA quantising<>+4(SB)/4, $0x42fe0000 // 127
DATA quantising<>+8(SB)/4, $0x3f800000 // 1
GLOBL quantising<>(SB), RODATA|NOPTR, $12

DATA norming<>+0(SB)/4, $0x43c00000 // 384
DATA norming<>+4(SB)/4, $0x2b8cbccc // 1e-12
DATA norming<>+8(SB)/4, $0x3f800000 // 1
GLOBL norming<>(SB), RODATA|NOPTR, $12

// as geluGo has them
DATA rational<>+0(SB)/4, $0x3f3504f3 // √2/2
DATA rational<>+4(SB)/4, $0x40800000 // 4
DATA rational<>+8(SB)/4, $0xc0800000 // -4
DATA rational<>+12(SB)/4, $0x3f800000 // 1
DATA rational<>+16(SB)/4, $0x3f000000 // 1/2
DATA rational<>+20(SB)/4, $0xaf95df0b
DATA rational<>+24(SB)/4, $0x32edffee
DATA rational<>+28(SB)/4, $0xb60cff51
DATA rational<>+32(SB)/4, $0xb86ec2d2
DATA rational<>+36(SB)/4, $0xba40ac63
DATA rational<>+40(SB)/4, $0xbb41a1f6
DATA rational<>+44(SB)/4, $0xbc83dbd4
DATA rational<>+48(SB)/4, $0xb77460cd
DATA rational<>+52(SB)/4, $0xb95fbd29
DATA rational<>+56(SB)/4, $0xbadc924e
DATA rational<>+60(SB)/4, $0xbbf19bf8
DATA rational<>+64(SB)/4, $0xbc69b6a7
GLOBL rational<>(SB), RODATA|NOPTR, $68

// exp as Cephes has it: e^x = 2^n · e^r, r = x - n·ln 2, ln 2 in two parts
DATA exponential<>+0(SB)/4, $0xc2ae0000 // -87: the lowest x
DATA exponential<>+4(SB)/4, $0x3fb8aa3b // 1/ln 2
DATA exponential<>+8(SB)/4, $0x3f318000
DATA exponential<>+12(SB)/4, $0xb95e8083
DATA exponential<>+16(SB)/4, $0x39506967
DATA exponential<>+20(SB)/4, $0x3ab743ce
DATA exponential<>+24(SB)/4, $0x3c088908
DATA exponential<>+28(SB)/4, $0x3d2aa9c1
DATA exponential<>+32(SB)/4, $0x3e2aaaaa
DATA exponential<>+36(SB)/4, $0x3f000000
DATA exponential<>+40(SB)/4, $0x3f800000 // 1
GLOBL exponential<>(SB), RODATA|NOPTR, $44

// the next constant at R9, in all places of V
#define CONSTANT(V) VLD1R.P 4(R9), [V.S4]

// the first place of a: the sum of all places of a and b
#define FOLDADD(A, B, a, b, T, t) \
	FADD(b, a, a); \
	VEXT $8, A.B16, A.B16, T.B16; \
	FADD(t, a, a); \
	FADDP(a, a, a)

// func quantiseNEON(x *float32, groups int, q *int8, s *scaled)
TEXT ·quantiseNEON(SB), NOSPLIT, $0-32
	MOVD x+0(FP), R0
	MOVD groups+8(FP), R1
	MOVD q+16(FP), R2
	MOVD s+24(FP), R3
	MOVD $quantising<>(SB), R9
	FMOVS (R9), F20
	FMOVS 4(R9), F21
	FMOVS 8(R9), F22
quantiseLoop:
	VLD1.P 64(R0), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1.P 64(R0), [V4.S4, V5.S4, V6.S4, V7.S4]
	FABS(0, 16)
	FABS(1, 17)
	FABS(2, 18)
	FABS(3, 19)
	FMAX(16, 17, 16)
	FMAX(18, 19, 18)
	FABS(4, 24)
	FABS(5, 25)
	FABS(6, 26)
	FABS(7, 27)
	FMAX(24, 25, 24)
	FMAX(26, 27, 26)
	FMAX(16, 18, 16)
	FMAX(24, 26, 24)
	FMAX(16, 24, 16)
	FMAXV(16, 16)
	FMAXS F20, F16, F16
	FDIVS F21, F16, F16 // largest / 127
	FMOVS F16, (R3)
	FDIVS F16, F22, F16
	FMULLANE0(16, 0, 0)
	FMULLANE0(16, 1, 1)
	FMULLANE0(16, 2, 2)
	FMULLANE0(16, 3, 3)
	FMULLANE0(16, 4, 4)
	FMULLANE0(16, 5, 5)
	FMULLANE0(16, 6, 6)
	FMULLANE0(16, 7, 7)
	FCVTNS(0, 0)
	FCVTNS(1, 1)
	FCVTNS(2, 2)
	FCVTNS(3, 3)
	FCVTNS(4, 4)
	FCVTNS(5, 5)
	FCVTNS(6, 6)
	FCVTNS(7, 7)
	VADD V0.S4, V1.S4, V16.S4
	VADD V2.S4, V3.S4, V17.S4
	VADD V4.S4, V5.S4, V18.S4
	VADD V6.S4, V7.S4, V19.S4
	VADD V16.S4, V17.S4, V16.S4
	VADD V18.S4, V19.S4, V18.S4
	VADD V16.S4, V18.S4, V16.S4
	VADDV V16.S4, V16
	VMOV V16.S[0], R4
	LSL $3, R4
	NEG R4, R4
	MOVW R4, 4(R3)
	SQXTNH(0, 0)
	SQXTN2H(1, 0)
	SQXTNH(2, 2)
	SQXTN2H(3, 2)
	SQXTNH(4, 4)
	SQXTN2H(5, 4)
	SQXTNH(6, 6)
	SQXTN2H(7, 6)
	SQXTNB(0, 0)
	SQXTN2B(2, 0)
	SQXTNB(4, 1)
	SQXTN2B(6, 1)
	VST1.P [V0.B16, V1.B16], 32(R2)
	ADD $8, R3
	SUBS $1, R1
	BNE quantiseLoop
	RET

// func addNormNEON(x, y, w, b *float32)
TEXT ·addNormNEON(SB), NOSPLIT, $0-32
	MOVD x+0(FP), R0
	MOVD y+8(FP), R1
	MOVD w+16(FP), R2
	MOVD b+24(FP), R3
	MOVD $norming<>(SB), R9
	FMOVS (R9), F20
	FMOVS 4(R9), F21
	FMOVS 8(R9), F22
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	MOVD R0, R5
	MOVD $24, R4 // 16 places at a time
sumLoop:
	VLD1 (R5), [V4.S4, V5.S4, V6.S4, V7.S4]
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	FADD(16, 4, 4)
	FADD(17, 5, 5)
	FADD(18, 6, 6)
	FADD(19, 7, 7)
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(R5)
	FADD(4, 0, 0)
	FADD(5, 1, 1)
	FADD(6, 2, 2)
	FADD(7, 3, 3)
	SUBS $1, R4
	BNE sumLoop
	FADD(2, 0, 0)
	FADD(3, 1, 1)
	FOLDADD(V0, V1, 0, 1, V2, 2)
	FDIVS F20, F0, F0
	VDUP V0.S[0], V0.S4 // the mean
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	VEOR V23.B16, V23.B16, V23.B16
	MOVD R0, R5
	MOVD $24, R4
squareLoop:
	VLD1.P 64(R5), [V4.S4, V5.S4, V6.S4, V7.S4]
	FSUB(0, 4, 4)
	FSUB(0, 5, 5)
	FSUB(0, 6, 6)
	FSUB(0, 7, 7)
	FMLA(4, 4, 1)
	FMLA(5, 5, 2)
	FMLA(6, 6, 3)
	FMLA(7, 7, 23)
	SUBS $1, R4
	BNE squareLoop
	FADD(3, 1, 1)
	FADD(23, 2, 2)
	FOLDADD(V1, V2, 1, 2, V3, 3)
	FDIVS F20, F1, F1
	FADDS F21, F1, F1
	FSQRTS F1, F1
	FDIVS F1, F22, F1
	MOVD $24, R4
normLoop:
	VLD1 (R0), [V4.S4, V5.S4, V6.S4, V7.S4]
	VLD1.P 64(R2), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1.P 64(R3), [V24.S4, V25.S4, V26.S4, V27.S4]
	FSUB(0, 4, 4)
	FSUB(0, 5, 5)
	FSUB(0, 6, 6)
	FSUB(0, 7, 7)
	FMULLANE0(1, 4, 4)
	FMULLANE0(1, 5, 5)
	FMULLANE0(1, 6, 6)
	FMULLANE0(1, 7, 7)
	FMUL(16, 4, 4)
	FMUL(17, 5, 5)
	FMUL(18, 6, 6)
	FMUL(19, 7, 7)
	FADD(24, 4, 4)
	FADD(25, 5, 5)
	FADD(26, 6, 6)
	FADD(27, 7, 7)
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(R0)
	SUBS $1, R4
	BNE normLoop
	RET

// a = a·V(z) + C, by way of T
#define HORNER(C, T, t, z, A, a) \
	VMOV C.B16, T.B16; \
	FMLA(z, a, t); \
	VMOV T.B16, A.B16

// func geluNEON(x *float32, n int)
TEXT ·geluNEON(SB), NOSPLIT, $0-16
	MOVD x+0(FP), R0
	MOVD n+8(FP), R1
	MOVD $rational<>(SB), R9
	CONSTANT(V8)
	CONSTANT(V9)
	CONSTANT(V10)
	CONSTANT(V11)
	CONSTANT(V12)
	CONSTANT(V13)
	CONSTANT(V14)
	CONSTANT(V15)
	CONSTANT(V16)
	CONSTANT(V17)
	CONSTANT(V18)
	CONSTANT(V19)
	CONSTANT(V20)
	CONSTANT(V21)
	CONSTANT(V22)
	CONSTANT(V23)
	CONSTANT(V24)
geluLoop:
	VLD1 (R0), [V0.S4]
	FMUL(8, 0, 1)
	FMIN(9, 1, 1)
	FMAX(10, 1, 1)
	FMUL(1, 1, 2)
	VMOV V13.B16, V3.B16
	HORNER(V14, V4, 4, 2, V3, 3)
	HORNER(V15, V4, 4, 2, V3, 3)
	HORNER(V16, V4, 4, 2, V3, 3)
	HORNER(V17, V4, 4, 2, V3, 3)
	HORNER(V18, V4, 4, 2, V3, 3)
	HORNER(V19, V4, 4, 2, V3, 3)
	FMUL(1, 3, 3)
	VMOV V20.B16, V5.B16
	HORNER(V21, V6, 6, 2, V5, 5)
	HORNER(V22, V6, 6, 2, V5, 5)
	HORNER(V23, V6, 6, 2, V5, 5)
	HORNER(V24, V6, 6, 2, V5, 5)
	FDIV(5, 3, 3)
	FADD(11, 3, 3)
	FMUL(12, 0, 0)
	FMUL(3, 0, 0)
	VST1.P [V0.S4], 16(R0)
	SUBS $4, R1
	BGT geluLoop
	RET

// the products of q with a row, eight places in a and b
#define ROW(a, b) \
	VLD1.P 64(R1), [V24.S4, V25.S4, V26.S4, V27.S4]; \
	VLD1.P 64(R1), [V28.S4, V29.S4, V30.S4, V31.S4]; \
	FMUL(24, 16, a); \
	FMUL(25, 17, b); \
	FMLA(26, 18, a); \
	FMLA(27, 19, b); \
	FMLA(28, 20, a); \
	FMLA(29, 21, b); \
	FMLA(30, 22, a); \
	FMLA(31, 23, b)

// func scoresNEON(q, k, p *float32, n int)
TEXT ·scoresNEON(SB), NOSPLIT, $0-32
	MOVD q+0(FP), R0
	MOVD k+8(FP), R1
	MOVD p+16(FP), R2
	MOVD n+24(FP), R3
	VLD1.P 64(R0), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1 (R0), [V20.S4, V21.S4, V22.S4, V23.S4]
scoresLoop:
	ROW(0, 4)
	ROW(1, 5)
	ROW(2, 6)
	ROW(3, 7)
	FADDP(1, 0, 0)
	FADDP(3, 2, 2)
	FADDP(5, 4, 4)
	FADDP(7, 6, 6)
	FADDP(2, 0, 0)
	FADDP(6, 4, 4)
	FADD(4, 0, 0)
	VST1.P [V0.S4], 16(R2)
	SUBS $4, R3
	BGT scoresLoop
	RET

// V(x) becomes e^(scale·(x - largest)); T, U are for use
#define EXP(X, x, T, t, U, u) \
	FSUB(20, x, x); \
	FMUL(21, x, x); \
	FMAX(8, x, x); \
	FMUL(9, x, t); \
	FRINTN(t, t); \
	FMLS(10, t, x); \
	FMLS(11, t, x); \
	VMOV V13.B16, U.B16; \
	FMLA(x, 12, u); \
	VMOV V14.B16, V7.B16; \
	FMLA(x, u, 7); \
	VMOV V15.B16, U.B16; \
	FMLA(x, 7, u); \
	VMOV V16.B16, V7.B16; \
	FMLA(x, u, 7); \
	VMOV V17.B16, U.B16; \
	FMLA(x, 7, u); \
	FMUL(x, x, 7); \
	FMLA(7, u, x); \
	FADD(18, x, x); \
	FCVTNS(t, t); \
	VSHL $23, T.S4, T.S4; \
	VADD T.S4, X.S4, X.S4

// func softmaxNEON(p *float32, n int, scale float32) float32
TEXT ·softmaxNEON(SB), NOSPLIT, $0-28
	MOVD p+0(FP), R0
	MOVD n+8(FP), R1
	FMOVS scale+16(FP), F21
	VDUP V21.S[0], V21.S4
	MOVD $exponential<>(SB), R9
	CONSTANT(V8)
	CONSTANT(V9)
	CONSTANT(V10)
	CONSTANT(V11)
	CONSTANT(V12)
	CONSTANT(V13)
	CONSTANT(V14)
	CONSTANT(V15)
	CONSTANT(V16)
	CONSTANT(V17)
	CONSTANT(V18)
	VLD1 (R0), [V0.S4]
	MOVD R0, R2
	MOVD R1, R3
topLoop:
	VLD1.P 16(R2), [V1.S4]
	FMAX(1, 0, 0)
	SUBS $4, R3
	BGT topLoop
	FMAXV(0, 0)
	VDUP V0.S[0], V20.S4
	VEOR V22.B16, V22.B16, V22.B16
	VEOR V23.B16, V23.B16, V23.B16
expLoop:
	VLD1 (R0), [V0.S4, V1.S4]
	EXP(V0, 0, V2, 2, V3, 3)
	EXP(V1, 1, V4, 4, V5, 5)
	VST1.P [V0.S4, V1.S4], 32(R0)
	FADD(0, 22, 22)
	FADD(1, 23, 23)
	SUBS $8, R1
	BGT expLoop
	FOLDADD(V22, V23, 22, 23, V0, 0)
	FMOVS F22, ret+24(FP)
	RET

// func mixNEON(p, q, v, y *float32, n int, f, f2 float32)
TEXT ·mixNEON(SB), NOSPLIT, $0-48
	MOVD p+0(FP), R0
	MOVD q+8(FP), R5
	MOVD v+16(FP), R1
	MOVD y+24(FP), R2
	MOVD n+32(FP), R3
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	VEOR V4.B16, V4.B16, V4.B16
	VEOR V5.B16, V5.B16, V5.B16
	VEOR V6.B16, V6.B16, V6.B16
	VEOR V7.B16, V7.B16, V7.B16
	VEOR V8.B16, V8.B16, V8.B16
	VEOR V9.B16, V9.B16, V9.B16
	VEOR V10.B16, V10.B16, V10.B16
	VEOR V11.B16, V11.B16, V11.B16
	VEOR V12.B16, V12.B16, V12.B16
	VEOR V13.B16, V13.B16, V13.B16
	VEOR V14.B16, V14.B16, V14.B16
	VEOR V15.B16, V15.B16, V15.B16
mixLoop:
	VLD1R.P 4(R0), [V16.S4]
	VLD1R.P 4(R5), [V17.S4]
	VLD1.P 64(R1), [V24.S4, V25.S4, V26.S4, V27.S4]
	VLD1.P 64(R1), [V28.S4, V29.S4, V30.S4, V31.S4]
	FMLA(24, 16, 0)
	FMLA(25, 16, 1)
	FMLA(26, 16, 2)
	FMLA(27, 16, 3)
	FMLA(28, 16, 4)
	FMLA(29, 16, 5)
	FMLA(30, 16, 6)
	FMLA(31, 16, 7)
	FMLA(24, 17, 8)
	FMLA(25, 17, 9)
	FMLA(26, 17, 10)
	FMLA(27, 17, 11)
	FMLA(28, 17, 12)
	FMLA(29, 17, 13)
	FMLA(30, 17, 14)
	FMLA(31, 17, 15)
	SUBS $1, R3
	BNE mixLoop
	FMOVS f+40(FP), F16
	FMOVS f2+44(FP), F17
	FMULLANE0(16, 0, 0)
	FMULLANE0(16, 1, 1)
	FMULLANE0(16, 2, 2)
	FMULLANE0(16, 3, 3)
	FMULLANE0(16, 4, 4)
	FMULLANE0(16, 5, 5)
	FMULLANE0(16, 6, 6)
	FMULLANE0(16, 7, 7)
	FMULLANE0(17, 8, 8)
	FMULLANE0(17, 9, 9)
	FMULLANE0(17, 10, 10)
	FMULLANE0(17, 11, 11)
	FMULLANE0(17, 12, 12)
	FMULLANE0(17, 13, 13)
	FMULLANE0(17, 14, 14)
	FMULLANE0(17, 15, 15)
	ADD $1536, R2, R4 // the next token's row
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R2)
	VST1 [V4.S4, V5.S4, V6.S4, V7.S4], (R2)
	VST1.P [V8.S4, V9.S4, V10.S4, V11.S4], 64(R4)
	VST1 [V12.S4, V13.S4, V14.S4, V15.S4], (R4)
	RET
