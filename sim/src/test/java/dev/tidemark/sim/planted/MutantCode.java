package dev.tidemark.sim.planted;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.function.Consumer;

/// Makes the code that a [Mutation] asks for.
final class MutantCode {
    private MutantCode() {
    }

    static MethodTransform of(Mutation mutation, ClassModel owner, MethodModel method) {
        return switch (mutation) {
            case Mutation.Answers answers -> body(code -> {
                ClassDesc type = method.methodTypeSymbol().returnType();
                push(code, answers.constant(), type);
                code.return_(TypeKind.from(type));
            });
            case Mutation.AnswersArgument answers -> body(code -> {
                TypeKind kind = TypeKind.from(method.methodTypeSymbol().returnType());
                code.loadLocal(kind, answers.index() < 0 ? code.receiverSlot()
                        : code.parameterSlot(answers.index()));
                code.return_(kind);
            });
            case Mutation.AnswersAs answers -> body(code -> {
                MethodTypeDesc same = MethodTypeDesc.of(method.methodTypeSymbol().returnType());
                code.aload(0).invokevirtual(owner.thisClass().asSymbol(), answers.other(), same);
                code.return_(TypeKind.from(same.returnType()));
            });
            case Mutation.Skips skips -> calls(skips.call(), (code, call) -> {
                drop(code, call);
                push(code, skips.constant(), call.typeSymbol().returnType());
            });
            case Mutation.CallsInstead instead -> calls(instead.call(), (code, call) ->
                    code.invoke(call.opcode(), call.owner().asSymbol(), instead.other(),
                            call.typeSymbol(), call.isInterface()));
            case Mutation.Takes takes -> MethodTransform.transformingCode((code, element) -> {
                if (element instanceof FieldInstruction read && read.opcode() == Opcode.GETFIELD
                        && read.name().equalsString(takes.field())) {
                    code.pop().loadConstant(takes.constant());
                } else {
                    code.with(element);
                }
            });
            case Mutation.Begins begins -> begin(method, begins.deed());
        };
    }

    private static MethodTransform body(Consumer<CodeBuilder> code) {
        return (out, element) -> {
            if (element instanceof CodeModel) {
                out.withCode(code);
            } else {
                out.with(element);
            }
        };
    }

    @FunctionalInterface
    private interface Replacement {
        void write(CodeBuilder code, InvokeInstruction call);
    }

    private static MethodTransform calls(String name, Replacement replacement) {
        return MethodTransform.transformingCode((code, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(name)) {
                replacement.write(code, call);
            } else {
                code.with(element);
            }
        });
    }

    /// All that the call would take goes from the stack.
    private static void drop(CodeBuilder code, InvokeInstruction call) {
        var given = call.typeSymbol().parameterList();
        for (int i = given.size() - 1; i >= 0; i--) {
            if (TypeKind.from(given.get(i)).slotSize() == 2) {
                code.pop2();
            } else {
                code.pop();
            }
        }
        if (call.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
        }
    }

    private static void push(CodeBuilder code, Object constant, ClassDesc type) {
        switch (constant) {
            case null -> code.aconst_null();
            case Integer number -> code.loadConstant(number.intValue());
            case String name -> code.getstatic(type, name, type);
            case Long number -> code.loadConstant(number.longValue());
            default -> {
                // A method that answers nothing.
            }
        }
    }

    private static MethodTransform begin(MethodModel method, String deed) {
        return MethodTransform.transformingCode(new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                MethodTypeDesc type = method.methodTypeSymbol();
                int receiver = method.flags().has(AccessFlag.STATIC) ? 0 : 1;
                code.aload(0).loadConstant(type.parameterCount())
                        .anewarray(ConstantDescs.CD_Object);
                int slot = receiver;
                for (int i = 0; i < type.parameterCount(); i++) {
                    TypeKind kind = TypeKind.from(type.parameterType(i));
                    code.dup().loadConstant(i).loadLocal(kind, slot);
                    box(code, kind);
                    code.aastore();
                    slot += kind.slotSize();
                }
                code.invokestatic(ClassDesc.of(Sabotage.class.getName()), deed,
                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object,
                                ConstantDescs.CD_Object.arrayType()));
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                code.with(element);
            }
        });
    }

    private static void box(CodeBuilder code, TypeKind kind) {
        switch (kind) {
            case LONG -> code.invokestatic(ConstantDescs.CD_Long, "valueOf",
                    MethodTypeDesc.of(ConstantDescs.CD_Long, ConstantDescs.CD_long));
            case INT, SHORT, BYTE, CHAR, BOOLEAN -> code.invokestatic(ConstantDescs.CD_Integer,
                    "valueOf", MethodTypeDesc.of(ConstantDescs.CD_Integer,
                            ConstantDescs.CD_int));
            case REFERENCE, FLOAT, DOUBLE, VOID -> {
                // As it is; no method here is given a fraction.
            }
        }
    }
}
