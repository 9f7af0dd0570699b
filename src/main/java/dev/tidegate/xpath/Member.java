package dev.tidegate.xpath;

import dev.tidegate.model.Attribute;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.ValueType;

/** Something that one object holds a single value of; {@code on} is the entity at hand, {@code position} where it is named. */
public sealed interface Member extends Term {

    EntityName on();

    @Override
    default Member member() {
        return this;
    }

    record Id(EntityName on, IdType idType, int position) implements Member {
        @Override
        public ValueType type() {
            return idType.valueType();
        }
    }

    record OfAttribute(EntityName on, DeclaredAttribute declared, int position) implements Member {
        public Attribute attribute() {
            return declared.attribute();
        }

        @Override
        public ValueType type() {
            return attribute().type().valueType();
        }
    }
}
