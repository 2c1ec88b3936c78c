#include "textflag.h"

// func estimateSixPOPCNT(rows *uint64, places *int32, n int, q *sixQuestion, out *float32)
//
// Rows are of eight words: six of signs, then facts. The additions and multiplications are estimateSixPortable's, in its
// order. While a row is weighed, the one that comes ahead places later is fetched.
#define ahead 8

// The bits that a word shares with the question's word of the lower plane and of the higher one.
#define WORD(n, plane) \
	MOVQ 8*n(R14), AX \
	MOVQ AX, CX \
	ANDQ plane, AX \
	ANDQ 8*n+48(DI), CX \
	POPCNTQ AX, AX \
	POPCNTQ CX, CX \
	ADDQ AX, R10 \
	ADDQ CX, R11

TEXT ·estimateSixPOPCNT(SB), NOSPLIT, $0-40
	MOVQ rows+0(FP), SI
	MOVQ places+8(FP), R8
	MOVQ n+16(FP), R9
	MOVQ q+24(FP), DI
	MOVQ out+32(FP), DX
	LEAQ (R8)(R9*4), R9
	MOVQ 0(DI), BX
	MOVQ 8(DI), R12
	MOVQ 16(DI), R13
	VMOVSS 96(DI), X4  // along
	VMOVSS 100(DI), X5 // step
	VMOVSS 104(DI), X6 // top
	VMOVSS 108(DI), X7 // total
	VXORPS X0, X0, X0

row:
	CMPQ R8, R9
	JGE done
	LEAQ 4*ahead(R8), AX
	CMPQ AX, R9
	JGE weigh
	MOVLQSX (AX), AX
	SHLQ $6, AX
	PREFETCHT0 (SI)(AX*1)

weigh:
	MOVLQSX (R8), R14
	SHLQ $6, R14
	ADDQ SI, R14
	XORQ R10, R10
	XORQ R11, R11
	WORD(0, BX)
	WORD(1, R12)
	WORD(2, R13)
	WORD(3, 24(DI))
	WORD(4, 32(DI))
	WORD(5, 40(DI))
	LEAQ (R10)(R11*2), R10
	VCVTSI2SSL R10, X0, X1
	VMULSS X5, X1, X1
	VMULSS 56(R14), X6, X2
	VSUBSS X2, X1, X1
	VADDSS X1, X1, X1
	VSUBSS X7, X1, X1
	VMULSS 52(R14), X1, X1
	VMULSS 48(R14), X4, X2
	VADDSS X1, X2, X1
	VMOVSS X1, (DX)
	ADDQ $4, R8
	ADDQ $4, DX
	JMP row

done:
	RET
